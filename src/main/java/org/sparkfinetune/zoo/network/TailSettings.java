package org.sparkfinetune.zoo.network;

import java.util.List;
import java.util.Map;

/**
 * How a tail is trained.
 *
 * @param optimizer of all layers
 * @param learningRateFactors layer to what its learning rate is multiplied by, 1 where it is absent
 * @param clipGradientNorm the gradient of a layer's parameters is scaled down to this Euclidean length; 0 for never. Not of
 *     batch normalisation: Deeplearning4j passes its running statistics off as gradients
 * @param classWeights what the loss of an example of each class counts; empty when all count the same
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

    /** All layers and classes alike, nothing clipped. */
    public static TailSettings of(Optimizer optimizer) {
        return new TailSettings(optimizer, Map.of(), 0, List.of());
    }
}
