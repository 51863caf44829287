package org.sparkfinetune.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.dnnl.memory;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.CNN2DFormat;
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
import org.nd4j.linalg.api.buffer.DataType;

/** Makes {@link Program}s of a graph. Layers are known by their exact class: a subclass may compute something else. */
final class GraphCompiler {
    private final ComputationGraph graph;
    private final ComputationGraphConfiguration configuration;
    private final FlatParameters parameters;
    private final Map<String, List<String>> consumers = new HashMap<>();
    private final boolean channelsLast;

    GraphCompiler(ComputationGraph graph, FlatParameters parameters) {
        this.graph = graph;
        this.configuration = graph.getConfiguration();
        this.parameters = parameters;
        configuration
                .getVertexInputs()
                .forEach((vertex, inputs) -> inputs.forEach(input -> consumers
                        .computeIfAbsent(input, any -> new ArrayList<>())
                        .add(vertex)));
        this.channelsLast = isChannelsLast();
        checkGraph();
    }

    /**
     * @param shapes of the inputs, as Deeplearning4j has them
     * @throws NotCompilable when the graph has something that is not known here
     */
    Program compile(List<long[]> shapes) {
        ProgramBuilder program = new ProgramBuilder(parameters);
        Map<String, Signal> signals = new HashMap<>();
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            Signal input = input(shapes.get(i));
            inputs.add(input.tensor());
            signals.put(configuration.getNetworkInputs().get(i), input);
        }
        Map<String, VertexSteps> steps = new HashMap<>();
        Set<String> done = new HashSet<>();
        List<String> order = new ArrayList<>();
        for (int index : graph.topologicalSortOrder()) {
            String name = graph.getVertices()[index].getVertexName();
            if (!signals.containsKey(name)) {
                List<Signal> before = configuration.getVertexInputs().get(name).stream()
                        .map(signals::get)
                        .toList();
                VertexSteps vertex = steps(name, before, done);
                order.add(name);
                steps.put(name, vertex);
                program.vertex(name);
                signals.put(name, vertex.forward(program, before));
            }
        }
        program.turnBack();
        for (int i = order.size() - 1; i >= 0; i--) {
            String name = order.get(i);
            Signal signal = signals.get(name);
            if (signal.trained() && signal.gradient() != null) {
                program.vertex(name);
                steps.get(name).backward(program, signal.gradient());
            }
        }
        return program.program(inputs);
    }

    private Signal input(long[] shape) {
        if (shape.length == 2) {
            return new Signal(Tensor.unplaced(OneDnn.layout(shape, memory.format_tag.ab)), shape, false);
        }
        if (shape.length != 4) {
            throw new NotCompilable("input", "arrays of rank " + shape.length);
        }
        long[] pictures = channelsLast ? new long[] {shape[0], shape[3], shape[1], shape[2]} : shape;
        memory.format_tag kind = channelsLast ? memory.format_tag.acdb : memory.format_tag.abcd;
        return new Signal(Tensor.unplaced(OneDnn.layout(pictures, kind)), pictures, false);
    }

    private VertexSteps steps(String name, List<Signal> inputs, Set<String> done) {
        try {
            return knownSteps(name, inputs, done);
        } catch (NotCompilable e) {
            if (ForeignSteps.suits(inputs)) {
                return new ForeignSteps(graph, name, channelsLast);
            }
            throw e;
        }
    }

    /** @param done rectifiers that the vertex before them does */
    private VertexSteps knownSteps(String name, List<Signal> inputs, Set<String> done) {
        GraphVertex vertex = configuration.getVertices().get(name);
        if (configuration.getNetworkOutputs().contains(name)) {
            return new LossSteps(graph, name, channelsLast);
        }
        if (done.contains(name)) {
            return new ActivationSteps(Optional.empty());
        }
        if (vertex instanceof LayerVertex layer) {
            return layerSteps(name, layer, inputs.get(0), done);
        }
        if (vertex instanceof ElementWiseVertex sum && sum.getOp() == ElementWiseVertex.Op.Add && inputs.size() == 2) {
            Optional<Rectifier> rectifier = rectifierBehind(name);
            rectifier.ifPresent(any -> done.add(consumers.get(name).get(0)));
            return new AdditionSteps(rectifier);
        }
        if (vertex instanceof MergeVertex && inputs.stream().allMatch(Signal::isPictures)) {
            return PlacementSteps.ofChannels(channelsLast);
        }
        throw new NotCompilable(name, "a " + vertex.getClass().getSimpleName());
    }

    private VertexSteps layerSteps(String name, LayerVertex vertex, Signal input, Set<String> done) {
        Layer layer = vertex.getLayerConf().getLayer();
        checkPreprocessor(name, vertex.getPreProcessor(), layer);
        if (layer instanceof BaseLayer weighted && weighted.getWeightNoise() != null) {
            throw new NotCompilable(name, "weight noise");
        }
        VertexSteps steps = plainSteps(name, layer, input, done);
        return layer.getIDropout() == null ? steps : new DropoutSteps(graph, layer.getIDropout(), steps, channelsLast);
    }

    private VertexSteps plainSteps(String name, Layer layer, Signal input, Set<String> done) {
        Class<?> kind = layer.getClass();
        if (kind == ConvolutionLayer.class || kind == Convolution2D.class) {
            return new ConvolutionSteps((ConvolutionLayer) layer);
        }
        if (kind == BatchNormalization.class && input.isPictures()) {
            boolean rectified = rectifierBehind(name).filter(Rectifier::isPlain).isPresent();
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

    /** The activation function that is all that comes behind a vertex. */
    private Optional<Rectifier> rectifierBehind(String name) {
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

    private void checkGraph() {
        if (configuration.getNetworkOutputs().size() != 1) {
            throw new NotCompilable("graph", "several outputs");
        }
        if (configuration.getDataType() != DataType.FLOAT) {
            throw new NotCompilable("graph", "numbers of the type " + configuration.getDataType());
        }
        if (configuration.getBackpropType() != BackpropType.Standard) {
            throw new NotCompilable("graph", "back-propagation of the type " + configuration.getBackpropType());
        }
        if (configuration.getVertices().values().stream().noneMatch(GraphCompiler::isConvolution)) {
            throw new NotCompilable("graph", "no convolution, so nothing to gain");
        }
    }

    private static boolean isConvolution(GraphVertex vertex) {
        return vertex instanceof LayerVertex layer && layer.getLayerConf().getLayer() instanceof ConvolutionLayer;
    }

    private boolean isChannelsLast() {
        Set<CNN2DFormat> formats = new HashSet<>();
        for (GraphVertex vertex : configuration.getVertices().values()) {
            if (vertex instanceof LayerVertex layer) {
                formatOf(layer.getLayerConf().getLayer()).ifPresent(formats::add);
            }
        }
        if (formats.size() > 1) {
            throw new NotCompilable("graph", "layers of both formats of pictures");
        }
        return formats.contains(CNN2DFormat.NHWC);
    }

    private static Optional<CNN2DFormat> formatOf(Layer layer) {
        if (layer instanceof ConvolutionLayer convolution) {
            return Optional.of(convolution.getCnn2dDataFormat());
        }
        if (layer instanceof SubsamplingLayer pooling) {
            return Optional.of(pooling.getCnn2dDataFormat());
        }
        if (layer instanceof ZeroPaddingLayer padding) {
            return Optional.of(padding.getDataFormat());
        }
        if (layer instanceof BatchNormalization normalisation) {
            return Optional.of(normalisation.getCnn2DFormat());
        }
        return Optional.empty();
    }
}
