package org.sparkfinetune.jobs.lrfind;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.run.Fingerprint;

class LrFindRecipeTest {
    private static final String YAML = """
            kind: lr-find
            search: {steps: 9}
            dataset: my/dataset
            model: resnet50
            weights: random
            output: my/run
            seed: 7
            freezeUpTo: all-but-2
            head: {hidden: 64, dropout: 0.1}
            augmentation: {preset: light, mixup: 0.2}
            training:
              epochs: 5
              batchSizePerWorker: 4
              learningRateFactors: {head: 2, avgpool: 0.5}
              schedule: {kind: cosine}
              keepCheckpoints: 3
            inference: {batchSize: 4, engine: dl4j}
            cache: never
            overwrite: true
            """;

    /** Expected values of commit 137ab86: existing searches must be found again. */
    @Test
    void fingerprintsAreThoseOfEarlierVersions() {
        LrFindRecipe recipe = (LrFindRecipe) Jobs.read(YamlFile.parse("r.yaml", YAML));
        assertThat(Fingerprint.of(YamlFile.write(recipe))).isEqualTo("51e440afbcb0d4c1");
        assertThat(Fingerprint.of(YamlFile.write(recipe.comparable()))).isEqualTo("cf597d72e9204197");
    }
}
