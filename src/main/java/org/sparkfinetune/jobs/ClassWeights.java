package org.sparkfinetune.jobs;

import java.util.List;
import java.util.Map;
import org.sparkfinetune.data.ClassWeighting;
import org.sparkfinetune.data.DatasetDescription;
import org.sparkfinetune.data.DatasetSchema;

/** What the loss of an example counts. */
public enum ClassWeights {
    /** What {@code dataset.json} says; without weights there, all examples the same. */
    DATASET,
    /** All examples the same. */
    NONE,
    /** Examples of a rare class more, see {@link ClassWeighting#BALANCED}. */
    BALANCED;

    /** A weight a label, 0 for one without training pictures; empty when all examples count the same. */
    List<Double> of(DatasetDescription dataset) {
        Map<String, Double> weights =
                switch (this) {
                    case DATASET -> dataset.classWeights();
                    case NONE -> Map.of();
                    case BALANCED ->
                        ClassWeighting.BALANCED.weights(
                                dataset.labelNames(), dataset.counts().getOrDefault(DatasetSchema.TRAIN, Map.of()));
                };
        return weights.isEmpty()
                ? List.of()
                : dataset.labelNames().stream()
                        .map(label -> weights.getOrDefault(label, 0.0))
                        .toList();
    }
}
