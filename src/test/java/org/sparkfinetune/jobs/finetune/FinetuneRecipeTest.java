package org.sparkfinetune.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.run.Fingerprint;

class FinetuneRecipeTest {
    private static final String YAML = """
            kind: finetune
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

    /** Expected values of commit 137ab86: existing runs must be found again, and resumed from their checkpoints. */
    @Test
    void fingerprintsAreThoseOfEarlierVersions() {
        FinetuneRecipe recipe = recipe(YAML);
        assertThat(fingerprint(recipe)).isEqualTo("96497675149e744a");
        assertThat(fingerprint(recipe.comparable())).isEqualTo("a69aa337b5d2495b");
        assertThat(fingerprint(recipe.endless())).isEqualTo("a69aa337b5d2495b");
        assertThat(fingerprint(recipe(YAML.replace("cosine", "step")).endless()))
                .isEqualTo("7c74508da80deaf2");
    }

    private static FinetuneRecipe recipe(String yaml) {
        return (FinetuneRecipe) Jobs.read(YamlFile.parse("r.yaml", yaml));
    }

    private static String fingerprint(Record recipe) {
        return Fingerprint.of(YamlFile.write(recipe));
    }
}
