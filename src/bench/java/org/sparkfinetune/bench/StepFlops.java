package org.sparkfinetune.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.zoo.network.Networks;

/**
 * Floating-point operations that a training step needs for a picture: two for each multiply-add of convolutions and
 * dense layers. Forward all layers; backward, for those that are trained, once for the weights and once for the inputs,
 * unless nothing trained lies below. Element-wise layers, normalisation, pooling and the updater are left out, as is
 * usual: they are limited by memory, and together less than one percent of the operations.
 *
 * @param trunk of the frozen layers
 * @param tail of the trained layers, forward and backward
 */
record StepFlops(long trunk, long tail) {
    /** @param arguments cases, file that measurements are added to */
    public static void main(String[] arguments) throws IOException {
        Path measurements = Path.of(arguments[arguments.length - 1]);
        Map<String, ComputationGraph> networks = new HashMap<>();
        for (String text : List.of(arguments).subList(0, arguments.length - 1)) {
            TrainingCase one = TrainingCase.parse(text);
            ComputationGraph network = networks.computeIfAbsent(one.model(), model -> one.network());
            Measurement.flops(one, of(one, network)).addTo(measurements);
        }
    }

    /** @param network of the case */
    static StepFlops of(TrainingCase one, ComputationGraph network) {
        ComputationGraph tail = one.cut(network).tail();
        Networks.release(tail);
        return of(
                network.getConfiguration(),
                one.pictures(),
                tail.getConfiguration().getVertices().keySet());
    }

    /** @param trained names of the vertices above the cut */
    static StepFlops of(ComputationGraphConfiguration configuration, InputType pictures, Set<String> trained) {
        // Of a copy: Deeplearning4j writes into the configuration that it asks for its shapes.
        Map<String, InputType> shapes = configuration.clone().getLayerActivationTypes(pictures);
        Set<String> learning = new HashSet<>();
        long trunk = 0;
        long tail = 0;
        for (String vertex : configuration.getTopologicalOrderStr()) {
            if (configuration.getNetworkInputs().contains(vertex)) {
                continue;
            }
            List<String> below = configuration.getVertexInputs().get(vertex);
            long forward = 2 * multiplyAdds(configuration, vertex, shapes.get(vertex));
            boolean gradientsBelow = below.stream().anyMatch(learning::contains);
            if (trained.contains(vertex)) {
                tail += forward * (gradientsBelow ? 3 : 2);
            } else {
                trunk += forward;
            }
            if (gradientsBelow || trained.contains(vertex) && hasWeights(configuration, vertex)) {
                learning.add(vertex);
            }
        }
        return new StepFlops(trunk, tail);
    }

    private static boolean hasWeights(ComputationGraphConfiguration configuration, String vertex) {
        return configuration.getVertices().get(vertex).numParams(true) > 0;
    }

    private static long multiplyAdds(ComputationGraphConfiguration configuration, String vertex, InputType output) {
        if (!(configuration.getVertices().get(vertex) instanceof LayerVertex layerVertex)) {
            return 0;
        }
        Layer layer = layerVertex.getLayerConf().getLayer();
        if (layer instanceof ConvolutionLayer convolution) {
            long window = (long) convolution.getKernelSize()[0] * convolution.getKernelSize()[1];
            return output.arrayElementsPerExample() * window * convolution.getNIn();
        }
        boolean dense = layer instanceof FeedForwardLayer && !(layer instanceof BatchNormalization);
        return dense ? ((FeedForwardLayer) layer).getNIn() * ((FeedForwardLayer) layer).getNOut() : 0;
    }
}
