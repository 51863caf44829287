package org.sparkfinetune.zoo.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * What ONNX Runtime computes from activation functions, vertices and whole networks is what Deeplearning4j computes.
 */
class OnnxGraphEqualityTest {
    private static final List<Activation> FUNCTIONS = List.of(
            Activation.CUBE,
            Activation.ELU,
            Activation.GELU,
            Activation.HARDSIGMOID,
            Activation.HARDTANH,
            Activation.IDENTITY,
            Activation.LEAKYRELU,
            Activation.MISH,
            Activation.RELU,
            Activation.RELU6,
            Activation.SELU,
            Activation.SIGMOID,
            Activation.SOFTMAX,
            Activation.SOFTPLUS,
            Activation.SOFTSIGN,
            Activation.SWISH,
            Activation.TANH,
            Activation.THRESHOLDEDRELU);

    @TestFactory
    Stream<DynamicTest> activationFunctionsOnPicturesAndVectors() {
        Map<String, OnnxCase> cases = new LinkedHashMap<>();
        for (Activation function : FUNCTIONS) {
            cases.put(function + " of pictures", OnnxCase.of(new ActivationLayer(function)));
            cases.put(
                    function + " of vectors",
                    OnnxCase.of(builder -> builder.addLayer("dense", OnnxLayers.dense(Activation.IDENTITY), "input")
                            .addLayer(
                                    "loss",
                                    new LossLayer.Builder(LossFunction.MSE)
                                            .activation(function)
                                            .build(),
                                    "dense")
                            .setOutputs("loss")));
        }
        IActivation limited = new ActivationReLU(1.5, 0.0, 0.1);
        cases.put("relu with slope and limit", OnnxCase.of(new ActivationLayer(limited)));
        return OnnxLayers.equalCases(cases);
    }

    @TestFactory
    Stream<DynamicTest> vertices() {
        Map<String, OnnxCase> cases = new LinkedHashMap<>();
        for (ElementWiseVertex.Op operation : ElementWiseVertex.Op.values()) {
            cases.put("element-wise " + operation, joined(new ElementWiseVertex(operation), 2));
            if (operation != ElementWiseVertex.Op.Subtract) {
                cases.put("element-wise of three " + operation, joined(new ElementWiseVertex(operation), 3));
            }
        }
        cases.put("merge", joined(new MergeVertex(), 3));
        cases.put("scale", joined(new ScaleVertex(-2.5), 1));
        cases.put("shift", joined(new ShiftVertex(4), 1));
        cases.put("L2 of pictures", joined(new L2NormalizeVertex(), 1));
        cases.put("reshape", joined(new ReshapeVertex(-1, 11 * 4, 13), 1));
        cases.put("flatten", joined(new PreprocessorVertex(new CnnToFeedForwardPreProcessor(11, 13, 4)), 1));
        cases.put(
                "L2 of vectors",
                OnnxCase.of(builder -> builder.addLayer("dense", OnnxLayers.dense(Activation.TANH), "input")
                        .addVertex("norm", new L2NormalizeVertex(), "dense")
                        .setOutputs("norm")));
        return OnnxLayers.equalCases(cases);
    }

    @TestFactory
    Stream<DynamicTest> wholeNetworks() {
        Map<String, OnnxCase> cases = new LinkedHashMap<>();
        cases.put(
                "VGG in small",
                OnnxCase.of(builder -> builder.addLayer(
                                "conv",
                                OnnxLayers.same(OnnxLayers.convolution(3, 3, 1))
                                        .activation(Activation.RELU)
                                        .build(),
                                "input")
                        .addLayer("pool", OnnxLayers.pooling(PoolingType.MAX).build(), "conv")
                        .addLayer("fc", OnnxLayers.dense(Activation.RELU), "pool")
                        .addLayer("drop", new DropoutLayer(0.5), "fc")
                        .addLayer("predictions", OnnxLayers.output(), "drop")
                        .setOutputs("predictions")));
        cases.put(
                "batch normalisation of vectors",
                OnnxCase.of(builder -> builder.addLayer("fc", OnnxLayers.dense(Activation.IDENTITY), "input")
                        .addLayer("norm", new BatchNormalization(), "fc")
                        .addLayer("predictions", OnnxLayers.output(), "norm")
                        .setOutputs("predictions")));
        cases.put(
                "vectors back to pictures",
                OnnxCase.of(builder -> builder.addLayer(
                                "fc", new DenseLayer.Builder().nOut(24).build(), "input")
                        .addLayer(
                                "conv",
                                OnnxLayers.convolution(2, 2, 1).build(),
                                new FeedForwardToCnnPreProcessor(3, 4, 2),
                                "fc")
                        .setOutputs("conv")));
        cases.put(
                "several outputs, a dropout among them",
                OnnxCase.of(builder -> builder.addLayer(
                                "conv", OnnxLayers.convolution(3, 3, 1).build(), "input")
                        .addLayer("norm", new BatchNormalization(), "conv")
                        .addLayer("drop", new DropoutLayer(0.5), "norm")
                        .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "drop")
                        .setOutputs("conv", "drop", "pool")));
        return OnnxLayers.equalCases(cases);
    }

    /** The vertex over convolutions of the same size. */
    private static OnnxCase joined(org.deeplearning4j.nn.conf.graph.GraphVertex vertex, int inputs) {
        return OnnxCase.of(builder -> {
            String[] names = new String[inputs];
            for (int i = 0; i < inputs; i++) {
                names[i] = "input-" + i;
                builder.addLayer(
                        names[i],
                        OnnxLayers.same(OnnxLayers.convolution(3, 3, 1)).build(),
                        "input");
            }
            return builder.addVertex("joined", vertex, names).setOutputs("joined");
        });
    }
}
