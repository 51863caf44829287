package org.sparkfinetune.zoo.network;

import java.util.List;
import java.util.Map;

/**
 * The settings of the training of a tail.
 *
 * @param optimizer optimizer of all layers
 * @param learningRateFactors layer to the factor of its learning rate, 1 where absent
 * @param clipGradientNorm largest Euclidean length of the gradient of a layer, 0 for any. Not for batch normalization:
 *     Deeplearning4j treats its running statistics as gradients
 * @param classWeights weight of each class in the loss; empty when all are equal
 */
public record TailSettings(
        Optimizer optimizer,
        Map<String, Double> learningRateFactors,
        double clipGradientNorm,
        List<Double> classWeights) {
    public TailSettings {
        learningRateFactors = Map.copyOf(learningRateFactors);
        classWeights = List.copyOf(classWeights);
    }

    /** Returns equal settings for all layers and classes, without clipping. */
    public static TailSettings of(Optimizer optimizer) {
        return new TailSettings(optimizer, Map.of(), 0, List.of());
    }
}
