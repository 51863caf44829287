package org.sparkfinetune.jobs.lrfind;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.finetune.TuningYaml;
import org.sparkfinetune.jobs.run.Fingerprint;

class LrFindRecipeTest {
    private static final String LR_FIND = "kind: lr-find\nsearch: {steps: 9}\n" + TuningYaml.KEYS;

    /** Expected values of commit 137ab86: existing searches must be found again. */
    @Test
    void fingerprintsAreThoseOfEarlierVersions() {
        LrFindRecipe recipe = (LrFindRecipe) Jobs.read(YamlFile.parse("r.yaml", LR_FIND));
        assertThat(Fingerprint.of(YamlFile.write(recipe))).isEqualTo("51e440afbcb0d4c1");
        assertThat(Fingerprint.of(YamlFile.write(recipe.comparable()))).isEqualTo("cf597d72e9204197");
    }
}
