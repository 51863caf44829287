package org.sparkfinetune.jobs.finetune.options;

import java.util.List;
import java.util.Map;
import org.sparkfinetune.data.dataset.ClassWeighting;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.Split;

/** Which class weights a training uses in its loss. */
public enum ClassWeightChoice {
    /** Those of the dataset. */
    DATASET,
    /** None: all examples have the same weight. */
    NONE,
    /** Larger ones for rare classes, so that the sums of all classes are equal; the mean over the examples is 1. */
    BALANCED;

    /** One weight per label, 0 for labels without one in the dataset; empty if all examples have the same weight. */
    public List<Double> of(DatasetDescription dataset) {
        Map<String, Double> weights =
                switch (this) {
                    case DATASET -> dataset.classWeights();
                    case NONE -> Map.of();
                    case BALANCED ->
                        ClassWeighting.BALANCED.weights(
                                dataset.labelNames(), dataset.counts().get(Split.TRAIN.key()));
                };
        return weights.isEmpty()
                ? List.of()
                : dataset.labelNames().stream()
                        .map(label -> weights.getOrDefault(label, 0.0))
                        .toList();
    }
}
