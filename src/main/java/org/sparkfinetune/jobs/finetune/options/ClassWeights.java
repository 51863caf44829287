package org.sparkfinetune.jobs.finetune.options;

import java.util.List;
import java.util.Map;
import org.sparkfinetune.data.dataset.ClassWeighting;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.DatasetSchema;

/** What the loss of an example counts. */
public enum ClassWeights {
    /** As the dataset says. */
    DATASET,
    /** All examples the same. */
    NONE,
    /** Examples of a rare class more, so that all classes count the same in sum; the mean over the examples is 1. */
    BALANCED;

    /** A weight a label, 0 where the dataset has none for it; empty when all examples count the same. */
    public List<Double> of(DatasetDescription dataset) {
        Map<String, Double> weights =
                switch (this) {
                    case DATASET -> dataset.classWeights();
                    case NONE -> Map.of();
                    case BALANCED ->
                        ClassWeighting.BALANCED.weights(
                                dataset.labelNames(), dataset.counts().get(DatasetSchema.TRAIN));
                };
        return weights.isEmpty()
                ? List.of()
                : dataset.labelNames().stream()
                        .map(label -> weights.getOrDefault(label, 0.0))
                        .toList();
    }
}
