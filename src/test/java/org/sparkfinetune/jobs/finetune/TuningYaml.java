package org.sparkfinetune.jobs.finetune;

/** The keys that recipes of kind finetune and lr-find share, as YAML. */
public final class TuningYaml {
    public static final String KEYS = """
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

    private TuningYaml() {}
}
