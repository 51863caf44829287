package org.sparkfinetune.zoo.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;

/**
 * Finds batch normalizations that become part of the convolution before them: those that are the only reader of a
 * linear convolution.
 */
final class BatchNormFolding {
    private static final Set<Class<? extends Layer>> CONVOLUTIONS = Set.of(
            ConvolutionLayer.class, Convolution2D.class, DepthwiseConvolution2D.class, SeparableConvolution2D.class);

    /** Convolution to batch normalization. */
    private final Map<String, String> folded = new LinkedHashMap<>();

    BatchNormFolding(ComputationGraphConfiguration configuration) {
        configuration.getVertexInputs().forEach((vertex, inputs) -> {
            if (layer(configuration, vertex)
                            .filter(BatchNormalization.class::isInstance)
                            .isPresent()
                    && isLinearConvolution(configuration, inputs.get(0))
                    && readers(configuration, inputs.get(0)) == 1
                    && preprocessorFree(configuration, vertex)) {
                folded.put(inputs.get(0), vertex);
            }
        });
    }

    /** Returns the batch normalization that is folded into a convolution. */
    Optional<String> after(String convolution) {
        return Optional.ofNullable(folded.get(convolution));
    }

    /** Returns whether a batch normalization is folded into the convolution before it. */
    boolean isFolded(String batchNormalization) {
        return folded.containsValue(batchNormalization);
    }

    /** Returns the layer of a vertex, without the wrapper of frozen layers. */
    static Optional<Layer> layer(ComputationGraphConfiguration configuration, String vertex) {
        return configuration.getVertices().get(vertex) instanceof LayerVertex layerVertex
                ? Optional.of(unwrapped(layerVertex.getLayerConf().getLayer()))
                : Optional.empty();
    }

    private static Layer unwrapped(Layer layer) {
        return layer instanceof FrozenLayer frozen ? unwrapped(frozen.getLayer()) : layer;
    }

    private static boolean isLinearConvolution(ComputationGraphConfiguration configuration, String vertex) {
        return layer(configuration, vertex)
                .filter(layer -> CONVOLUTIONS.contains(layer.getClass()))
                .filter(layer -> ActivationNodes.isIdentity(((ConvolutionLayer) layer).getActivationFn()))
                .isPresent();
    }

    /** Returns the number of readers, including the user of an output. */
    private static long readers(ComputationGraphConfiguration configuration, String vertex) {
        long vertices = configuration.getVertexInputs().values().stream()
                .flatMap(List::stream)
                .filter(vertex::equals)
                .count();
        return vertices + (configuration.getNetworkOutputs().contains(vertex) ? 1 : 0);
    }

    private static boolean preprocessorFree(ComputationGraphConfiguration configuration, String vertex) {
        return configuration.getVertices().get(vertex) instanceof LayerVertex layerVertex
                && layerVertex.getPreProcessor() == null;
    }
}
