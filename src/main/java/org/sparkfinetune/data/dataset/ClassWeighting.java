package org.sparkfinetune.data.dataset;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Weights of the classes in the loss, for collections in which some classes are rare. */
public enum ClassWeighting {
    /** Every picture has the same weight. */
    NONE,
    /** Every class has the same total weight: n / (classes · n of the class) in the training split, with mean 1. */
    BALANCED;

    /**
     * Returns label name to weight; empty for {@link #NONE}. A class without training pictures has no weight.
     *
     * @param training label name to the number of pictures
     */
    public Map<String, Double> weights(List<String> labelNames, Map<String, Long> training) {
        Map<String, Double> weights = new LinkedHashMap<>();
        if (this == NONE) {
            return weights;
        }
        List<String> present = labelNames.stream()
                .filter(name -> training.getOrDefault(name, 0L) > 0)
                .toList();
        double total = present.stream().mapToLong(training::get).sum();
        present.forEach(name -> weights.put(name, total / (present.size() * (double) training.get(name))));
        return weights;
    }
}
