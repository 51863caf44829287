package org.sparkfinetune.jobs;

import java.util.List;
import java.util.Map;
import org.sparkfinetune.data.DatasetDescription;
import org.sparkfinetune.data.DatasetSchema;

/** What the loss of an example counts. */
public enum ClassWeights {
    /** All examples the same. */
    NONE,
    /** Examples of a rare class more, so that all classes count the same in sum; the mean over the examples is 1. */
    BALANCED;

    /** A weight a label; empty when all examples count the same. */
    List<Double> of(DatasetDescription dataset) {
        if (this == NONE) {
            return List.of();
        }
        Map<String, Long> counts = dataset.counts().get(DatasetSchema.TRAIN);
        double examples = dataset.pictures(DatasetSchema.TRAIN);
        List<String> labels = dataset.labelNames();
        long present = labels.stream()
                .filter(label -> counts.getOrDefault(label, 0L) > 0)
                .count();
        return labels.stream()
                .map(label -> counts.getOrDefault(label, 0L))
                .map(count -> count == 0 ? 0 : examples / (present * count))
                .toList();
    }
}
