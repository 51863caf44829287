package org.sparkfinetune.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Chooses the steps of each vertex of one program, in the graph's order. Layers are recognized by their exact class: a
 * subclass may compute something else.
 */
final class VertexCompiler {
    private final ComputationGraph graph;
    private final ComputationGraphConfiguration configuration;
    private final Purpose purpose;
    private final boolean channelsLast;
    private final Map<String, List<String>> consumers = new HashMap<>();
    /** Vertices whose work a preceding vertex does. */
    private final Set<String> done = new HashSet<>();

    VertexCompiler(ComputationGraph graph, Purpose purpose, boolean channelsLast) {
        this.graph = graph;
        this.configuration = graph.getConfiguration();
        this.purpose = purpose;
        this.channelsLast = channelsLast;
        configuration
                .getVertexInputs()
                .forEach((vertex, inputs) -> inputs.forEach(input -> consumers
                        .computeIfAbsent(input, any -> new ArrayList<>())
                        .add(vertex)));
    }

    /**
     * @param inputs of the vertex, in its order
     * @throws NotCompilable when the vertex is not supported
     */
    VertexSteps steps(String name, List<Signal> inputs) {
        try {
            return knownSteps(name, inputs);
        } catch (NotCompilable e) {
            if (ForeignSteps.suits(inputs)) {
                return new ForeignSteps(graph, name, channelsLast);
            }
            throw e;
        }
    }

    private VertexSteps knownSteps(String name, List<Signal> inputs) {
        GraphVertex vertex = configuration.getVertices().get(name);
        if (configuration.getNetworkOutputs().contains(name)) {
            return new LossSteps(graph, name, channelsLast);
        }
        if (done.contains(name)) {
            return new ActivationSteps(Optional.empty());
        }
        if (vertex instanceof LayerVertex layer) {
            return layerSteps(name, layer, inputs.get(0));
        }
        if (vertex instanceof ElementWiseVertex sum && sum.getOp() == ElementWiseVertex.Op.Add && inputs.size() == 2) {
            Optional<Rectifier> rectifier = rectifierAfter(name);
            rectifier.ifPresent(any -> done.add(consumers.get(name).get(0)));
            return new AdditionSteps(rectifier);
        }
        if (vertex instanceof MergeVertex && inputs.stream().allMatch(Signal::isPictures)) {
            return PlacementSteps.ofChannels(channelsLast);
        }
        throw new NotCompilable(name, "a " + vertex.getClass().getSimpleName());
    }

    private VertexSteps layerSteps(String name, LayerVertex vertex, Signal input) {
        Layer layer = vertex.getLayerConf().getLayer();
        checkPreprocessor(name, vertex.getPreProcessor(), layer);
        if (layer instanceof BaseLayer weighted && weighted.getWeightNoise() != null) {
            throw new NotCompilable(name, "weight noise");
        }
        VertexSteps steps = plainSteps(name, layer, input);
        return layer.getIDropout() == null || purpose == Purpose.INFERENCE
                ? steps
                : new DropoutSteps(graph, layer.getIDropout(), steps, channelsLast);
    }

    private VertexSteps plainSteps(String name, Layer layer, Signal input) {
        Class<?> kind = layer.getClass();
        if (kind == ConvolutionLayer.class || kind == Convolution2D.class) {
            return new ConvolutionSteps((ConvolutionLayer) layer);
        }
        if (kind == BatchNormalization.class && input.isPictures()) {
            boolean rectified = rectifierAfter(name).filter(Rectifier::isPlain).isPresent();
            if (rectified) {
                done.add(consumers.get(name).get(0));
            }
            return new BatchNormSteps((BatchNormalization) layer, rectified);
        }
        if (kind == ActivationLayer.class) {
            return new ActivationSteps(Rectifier.of(name, ((ActivationLayer) layer).getActivationFn()));
        }
        if (kind == SubsamplingLayer.class || kind == Pooling2D.class) {
            return PoolingSteps.of((SubsamplingLayer) layer);
        }
        if (kind == GlobalPoolingLayer.class) {
            return PoolingSteps.of((GlobalPoolingLayer) layer, channelsLast);
        }
        if (kind == ZeroPaddingLayer.class) {
            return PlacementSteps.inZeros((ZeroPaddingLayer) layer, channelsLast);
        }
        if (kind == DenseLayer.class) {
            return new DenseSteps((DenseLayer) layer, channelsLast);
        }
        if (kind == DropoutLayer.class) {
            return new ActivationSteps(Optional.empty());
        }
        throw new NotCompilable(name, "a " + kind.getSimpleName());
    }

    /** The activation function that is the only vertex following a vertex. */
    private Optional<Rectifier> rectifierAfter(String name) {
        List<String> behind = consumers.getOrDefault(name, List.of());
        if (behind.size() == 1
                && configuration.getVertices().get(behind.get(0)) instanceof LayerVertex vertex
                && vertex.getPreProcessor() == null
                && vertex.getLayerConf().getLayer() instanceof ActivationLayer activation
                && activation.getIDropout() == null) {
            return Rectifier.of(behind.get(0), activation.getActivationFn());
        }
        return Optional.empty();
    }

    private static void checkPreprocessor(String name, InputPreProcessor preprocessor, Layer layer) {
        boolean known = preprocessor == null
                || preprocessor.getClass() == CnnToFeedForwardPreProcessor.class && layer instanceof DenseLayer;
        if (!known) {
            throw new NotCompilable(name, "a " + preprocessor.getClass().getSimpleName());
        }
    }
}
