package org.sparkfinetune.zoo.network;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** One residual block, small enough for a unit test: stem → (a → b) + shortcut → relu → pool → output. */
public final class SmallNetworks {
    static final InputType INPUT = InputType.convolutional(8, 8, 3);
    public static final List<String> FREEZE_POINTS =
            List.of("stem", "a", "bnA", "b", "shortcut", "sum", "relu", "pool");

    private SmallNetworks() {}

    public static ComputationGraph residual(long seed) {
        ComputationGraph graph = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(seed)
                .weightInit(WeightInit.XAVIER)
                .updater(new Adam(0.5))
                .l2(0.25)
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(INPUT)
                .addLayer("stem", convolution(4), "input")
                .addLayer("a", convolution(4), "stem")
                .addLayer("bnA", new BatchNormalization(), "a")
                .addLayer("b", convolution(6), "bnA")
                .addLayer("shortcut", convolution(6), "stem")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "b", "shortcut")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "sum")
                .addLayer("pool", new GlobalPoolingLayer(), "relu")
                .addLayer(
                        "output",
                        new OutputLayer.Builder(LossFunction.MCXENT)
                                .nOut(5)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "pool")
                .setOutputs("output")
                .build());
        graph.init();
        return graph;
    }

    public static INDArray pictures(int count, long seed) {
        Nd4j.getRandom().setSeed(seed);
        return Nd4j.randn(DataType.FLOAT, count, 3, 8, 8);
    }

    private static ConvolutionLayer convolution(int outputs) {
        return new ConvolutionLayer.Builder(1, 1)
                .nOut(outputs)
                .activation(Activation.IDENTITY)
                .build();
    }
}
