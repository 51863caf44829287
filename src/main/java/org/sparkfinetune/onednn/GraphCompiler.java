package org.sparkfinetune.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.dnnl.memory;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

/** Compiles a graph into {@link Program}s. */
final class GraphCompiler {
    private final ComputationGraph graph;
    private final ComputationGraphConfiguration configuration;
    private final FlatParameters parameters;
    private final boolean channelsLast;

    GraphCompiler(ComputationGraph graph, FlatParameters parameters) {
        this.graph = graph;
        this.configuration = graph.getConfiguration();
        this.parameters = parameters;
        this.channelsLast = isChannelsLast();
        checkGraph();
    }

    /**
     * @param shapes shapes of the inputs in Deeplearning4j's order
     * @throws NotCompilable when the graph has an unsupported part
     */
    Program compile(Purpose purpose, List<long[]> shapes) {
        ProgramBuilder program = new ProgramBuilder(parameters, purpose);
        Map<String, Signal> signals = new HashMap<>();
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            Signal input = input(shapes.get(i));
            inputs.add(input.tensor());
            signals.put(configuration.getNetworkInputs().get(i), input);
        }
        Map<String, VertexSteps> steps = new HashMap<>();
        VertexCompiler vertices = new VertexCompiler(graph, purpose, channelsLast);
        List<String> order = new ArrayList<>();
        for (int index : graph.topologicalSortOrder()) {
            String name = graph.getVertices()[index].getVertexName();
            if (!signals.containsKey(name)) {
                List<Signal> before = configuration.getVertexInputs().get(name).stream()
                        .map(signals::get)
                        .toList();
                VertexSteps vertex = vertices.steps(name, before);
                order.add(name);
                steps.put(name, vertex);
                program.vertex(name);
                signals.put(name, vertex.forward(program, before));
            }
        }
        if (purpose == Purpose.TRAINING) {
            backwardSteps(program, order, signals, steps);
        }
        return program.program(inputs);
    }

    private static void backwardSteps(
            ProgramBuilder program, List<String> order, Map<String, Signal> signals, Map<String, VertexSteps> steps) {
        program.beginBackward();
        for (int i = order.size() - 1; i >= 0; i--) {
            String name = order.get(i);
            Signal signal = signals.get(name);
            if (signal.trained() && signal.gradient() != null) {
                program.vertex(name);
                steps.get(name).backward(program, signal.gradient());
            }
        }
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

    private void checkGraph() {
        if (configuration.getNetworkOutputs().size() != 1) {
            throw new NotCompilable("several outputs");
        }
        if (!(graph.getOutputLayer(0) instanceof IOutputLayer)) {
            throw new NotCompilable("an output that has no loss");
        }
        if (configuration.getDataType() != DataType.FLOAT) {
            throw new NotCompilable("numbers of type " + configuration.getDataType());
        }
        if (configuration.getBackpropType() != BackpropType.Standard) {
            throw new NotCompilable("backpropagation of type " + configuration.getBackpropType());
        }
        if (configuration.getVertices().values().stream().noneMatch(GraphCompiler::isConvolution)) {
            throw new NotCompilable("no convolution, so nothing to gain");
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
            throw new NotCompilable("layers of both picture formats");
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
        if (layer instanceof BatchNormalization normalization) {
            return Optional.of(normalization.getCnn2DFormat());
        }
        return Optional.empty();
    }
}
