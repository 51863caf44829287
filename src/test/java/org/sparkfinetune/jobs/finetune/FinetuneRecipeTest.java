package org.sparkfinetune.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.run.Fingerprint;

class FinetuneRecipeTest {
    private static final String FINETUNE = "kind: finetune\n" + TuningYaml.KEYS;

    /** Expected values of commit 137ab86: existing runs must be found again, and resumed from their checkpoints. */
    @Test
    void fingerprintsAreThoseOfEarlierVersions() {
        FinetuneRecipe recipe = recipe(FINETUNE);
        assertThat(fingerprint(recipe)).isEqualTo("96497675149e744a");
        assertThat(fingerprint(recipe.comparable())).isEqualTo("a69aa337b5d2495b");
        assertThat(fingerprint(recipe.endless())).isEqualTo("a69aa337b5d2495b");
        assertThat(fingerprint(recipe(FINETUNE.replace("cosine", "step")).endless()))
                .isEqualTo("7c74508da80deaf2");
    }

    private static FinetuneRecipe recipe(String yaml) {
        return (FinetuneRecipe) Jobs.read(YamlFile.parse("r.yaml", yaml));
    }

    private static String fingerprint(Record recipe) {
        return Fingerprint.of(YamlFile.write(recipe));
    }
}
