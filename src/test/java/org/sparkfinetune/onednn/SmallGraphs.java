package org.sparkfinetune.onednn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A graph for each kind of layer, for pictures with 5 channels, 13 rows and 11 columns, and 3 classes. */
final class SmallGraphs {
    static final int CHANNELS = 5;
    static final int HEIGHT = 13;
    static final int WIDTH = 11;
    static final int CLASSES = 3;
    private static final int FEATURES = 18;

    private SmallGraphs() {}

    /** By the name of the special layer; each begins with a convolution, so that gradients pass through the rest. */
    static Map<String, UnaryOperator<GraphBuilder>> all() {
        Map<String, UnaryOperator<GraphBuilder>> graphs = new LinkedHashMap<>();
        putConvolutions(graphs);
        putActivations(graphs);
        putPooling(graphs);
        putJoints(graphs);
        return graphs;
    }

    private static void putConvolutions(Map<String, UnaryOperator<GraphBuilder>> graphs) {
        graphs.put("convolution", g -> g);
        graphs.put("stride 2, same", g -> then(g, convolution(3, 2).convolutionMode(ConvolutionMode.Same)));
        graphs.put("stride 2, padded", g -> then(g, convolution(3, 2).padding(1, 1)));
        graphs.put("1x1, stride 2", g -> then(g, convolution(1, 2)));
        graphs.put(
                "rectangular window",
                g -> then(g, convolution(3, 1).kernelSize(3, 1).padding(0, 2)));
        graphs.put("dilation", g -> then(g, convolution(3, 1).dilation(2, 2)));
        graphs.put("no bias", g -> then(g, convolution(3, 1).hasBias(false)));
        graphs.put("rectified", g -> then(g, convolution(3, 1).activation(Activation.RELU)));
        graphs.put("leaky", g -> then(g, convolution(3, 1).activation(Activation.LEAKYRELU)));
    }

    private static void putActivations(Map<String, UnaryOperator<GraphBuilder>> graphs) {
        graphs.put("activation layer", g -> then(g, new ActivationLayer(Activation.RELU)));
        graphs.put("leaky layer", g -> then(g, new ActivationLayer(Activation.LEAKYRELU)));
        graphs.put("batch norm", g -> then(g, normalization().build()));
        graphs.put(
                "batch norm, variance",
                g -> then(g, normalization().useLogStd(false).build()));
        graphs.put(
                "batch norm, rectified",
                g -> then(then(g, normalization().build()), new ActivationLayer(Activation.RELU)));
        graphs.put(
                "batch norm, leaky",
                g -> then(then(g, normalization().build()), new ActivationLayer(Activation.LEAKYRELU)));
    }

    private static void putPooling(Map<String, UnaryOperator<GraphBuilder>> graphs) {
        graphs.put(
                "maximum", g -> then(g, pooling(PoolingType.MAX).padding(1, 1).build()));
        graphs.put(
                "average", g -> then(g, pooling(PoolingType.AVG).padding(1, 1).build()));
        graphs.put(
                "average with padding",
                g -> then(
                        g,
                        pooling(PoolingType.AVG)
                                .padding(1, 1)
                                .avgPoolIncludePadInDivisor(true)
                                .build()));
        graphs.put("average over all", g -> then(g, new GlobalPoolingLayer(PoolingType.AVG)));
        graphs.put("maximum over all", g -> then(g, new GlobalPoolingLayer(PoolingType.MAX)));
    }

    private static void putJoints(Map<String, UnaryOperator<GraphBuilder>> graphs) {
        graphs.put("zeros around", g -> then(then(g, new ZeroPaddingLayer(1, 2, 3, 0)), convolution(3, 1)));
        graphs.put("shortcut", SmallGraphs::shortcut);
        graphs.put("shortcut with a convolution", SmallGraphs::projection);
        graphs.put("channels together", SmallGraphs::merge);
        graphs.put("dense", g -> then(g, dense().build()));
        graphs.put(
                "dense, rectified, no bias",
                g -> then(g, dense().activation(Activation.RELU).hasBias(false).build()));
        graphs.put("dense behind dense", g -> then(then(g, dense().build()), dense().build()));
        graphs.put(
                "dense by Deeplearning4j",
                g -> then(
                        g,
                        new GlobalPoolingLayer(PoolingType.AVG),
                        dense().activation(Activation.TANH).build()));
        graphs.put("normalized vectors", g -> {
            GraphBuilder pooled = then(g, new GlobalPoolingLayer(PoolingType.AVG));
            pooled.addVertex("unit", new L2NormalizeVertex(null, 1e-8), last(pooled));
            return pooled;
        });
    }

    /** The graph with an output layer, trained with Adam. */
    static ComputationGraphConfiguration configuration(
            UnaryOperator<GraphBuilder> graph, CNN2DFormat format, DataType type) {
        GraphBuilder builder = new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(type)
                .updater(new Adam(1e-3))
                .weightInit(WeightInit.XAVIER)
                .l2(1e-3)
                .graphBuilder()
                .addInputs("pictures")
                .setInputTypes(InputType.convolutional(HEIGHT, WIDTH, CHANNELS, format));
        builder.addLayer("0", convolution(3, 1).build(), "pictures");
        GraphBuilder rest = graph.apply(builder);
        rest.addLayer(
                "output",
                new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build(),
                last(rest));
        rest.setOutputs("output");
        ComputationGraphConfiguration configuration = rest.build();
        return configuration;
    }

    private static ConvolutionLayer.Builder convolution(int kernel, int stride) {
        return new ConvolutionLayer.Builder(kernel, kernel)
                .stride(stride, stride)
                .nOut(FEATURES)
                .activation(Activation.IDENTITY);
    }

    private static BatchNormalization.Builder normalization() {
        return new BatchNormalization.Builder().eps(1e-3).decay(0.8);
    }

    private static SubsamplingLayer.Builder pooling(PoolingType type) {
        return new SubsamplingLayer.Builder(type).kernelSize(3, 3).stride(2, 2);
    }

    private static DenseLayer.Builder dense() {
        return new DenseLayer.Builder().nOut(FEATURES).activation(Activation.IDENTITY);
    }

    private static GraphBuilder shortcut(GraphBuilder graph) {
        String before = last(graph);
        then(
                graph,
                convolution(3, 1).convolutionMode(ConvolutionMode.Same),
                normalization().build());
        graph.addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), last(graph), before);
        return then(
                graph, new ActivationLayer(Activation.RELU), convolution(1, 1).build());
    }

    private static GraphBuilder projection(GraphBuilder graph) {
        String before = last(graph);
        then(
                graph,
                convolution(3, 2).convolutionMode(ConvolutionMode.Same),
                normalization().build());
        String left = last(graph);
        graph.addLayer("shorter", convolution(1, 2).build(), before);
        graph.addLayer("shorter normalized", normalization().build(), "shorter");
        graph.addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), left, "shorter normalized");
        return then(graph, new ActivationLayer(Activation.RELU));
    }

    private static GraphBuilder merge(GraphBuilder graph) {
        String before = last(graph);
        graph.addLayer(
                "left", convolution(1, 1).nOut(16).activation(Activation.RELU).build(), before);
        graph.addLayer(
                "right",
                convolution(3, 1).nOut(7).convolutionMode(ConvolutionMode.Same).build(),
                before);
        graph.addVertex("both", new MergeVertex(), "left", "right");
        return then(graph, convolution(1, 1).build());
    }

    private static GraphBuilder then(GraphBuilder graph, ConvolutionLayer.Builder layer) {
        return then(graph, layer.build());
    }

    private static GraphBuilder then(
            GraphBuilder graph, ConvolutionLayer.Builder layer, org.deeplearning4j.nn.conf.layers.Layer next) {
        return then(graph, layer.build(), next);
    }

    private static GraphBuilder then(GraphBuilder graph, org.deeplearning4j.nn.conf.layers.Layer... layers) {
        for (org.deeplearning4j.nn.conf.layers.Layer layer : layers) {
            graph.addLayer(String.valueOf(graph.getVertices().size()), layer, last(graph));
        }
        return graph;
    }

    private static String last(GraphBuilder graph) {
        return graph.getVertices().keySet().stream()
                .reduce((first, second) -> second)
                .orElseThrow();
    }
}
