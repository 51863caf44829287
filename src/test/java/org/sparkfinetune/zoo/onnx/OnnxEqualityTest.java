package org.sparkfinetune.zoo.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What ONNX Runtime computes from an exported network is what Deeplearning4j computes from the network. */
class OnnxEqualityTest {
    private static final double TOLERANCE = 1e-4;

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
    Stream<DynamicTest> convolutions() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put("truncate", convolution(3, 2, 2).build());
        layers.put(
                "padding, no bias",
                convolution(3, 2, 1).padding(2, 1).hasBias(false).build());
        layers.put("same, stride 2", same(convolution(3, 3, 2)).build());
        layers.put("same, even kernel", same(convolution(4, 2, 1)).build());
        layers.put("same, dilation", same(convolution(3, 3, 1)).dilation(2, 2).build());
        layers.put(
                "same, even kernel, dilation",
                same(convolution(2, 4, 1)).dilation(3, 1).build());
        layers.put("dilation", convolution(3, 2, 1).dilation(2, 3).build());
        layers.put(
                "with an activation",
                convolution(3, 3, 1).activation(Activation.LEAKYRELU).build());
        layers.put(
                "depthwise",
                new DepthwiseConvolution2D.Builder(3, 3)
                        .depthMultiplier(2)
                        .activation(Activation.RELU)
                        .build());
        layers.put(
                "depthwise, same, stride 2",
                new DepthwiseConvolution2D.Builder(3, 3)
                        .stride(2, 2)
                        .depthMultiplier(1)
                        .hasBias(false)
                        .convolutionMode(ConvolutionMode.Same)
                        .build());
        layers.put(
                "separable",
                new SeparableConvolution2D.Builder(3, 2)
                        .depthMultiplier(2)
                        .nOut(5)
                        .activation(Activation.TANH)
                        .build());
        layers.put(
                "separable, same, stride 2",
                new SeparableConvolution2D.Builder(3, 3)
                        .stride(2, 2)
                        .nOut(4)
                        .hasBias(false)
                        .convolutionMode(ConvolutionMode.Same)
                        .build());
        return equal(layers);
    }

    @TestFactory
    Stream<DynamicTest> poolingAndPadding() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        for (PoolingType type : List.of(PoolingType.MAX, PoolingType.AVG)) {
            layers.put(type + " truncate", pooling(type).build());
            layers.put(type + " padding", pooling(type).padding(1, 1).build());
            layers.put(
                    type + " same",
                    pooling(type).convolutionMode(ConvolutionMode.Same).build());
        }
        layers.put(
                "AVG padding counts",
                pooling(PoolingType.AVG)
                        .padding(1, 1)
                        .avgPoolIncludePadInDivisor(true)
                        .build());
        layers.put("global MAX", new GlobalPoolingLayer(PoolingType.MAX));
        layers.put("global AVG", new GlobalPoolingLayer(PoolingType.AVG));
        layers.put("global SUM", new GlobalPoolingLayer(PoolingType.SUM));
        layers.put("global PNORM", new GlobalPoolingLayer(PoolingType.PNORM));
        layers.put(
                "global, dimensions kept",
                new GlobalPoolingLayer.Builder(PoolingType.AVG)
                        .collapseDimensions(false)
                        .build());
        layers.put("zero padding", new ZeroPaddingLayer(1, 2, 3, 4));
        return equal(layers);
    }

    @TestFactory
    Stream<DynamicTest> normalisation() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put("batch", new BatchNormalization());
        layers.put(
                "batch, plain variance",
                new BatchNormalization.Builder().useLogStd(false).eps(0.1).build());
        layers.put(
                "batch, locked gamma and beta",
                new BatchNormalization.Builder()
                        .lockGammaBeta(true)
                        .gamma(2)
                        .beta(3)
                        .build());
        layers.put(
                "local response",
                new LocalResponseNormalization.Builder()
                        .k(2)
                        .n(5)
                        .alpha(0.5)
                        .beta(0.75)
                        .build());
        return equal(layers);
    }

    @TestFactory
    Stream<DynamicTest> activationFunctionsOnPicturesAndVectors() {
        Map<String, OnnxCase> cases = new LinkedHashMap<>();
        for (Activation function : FUNCTIONS) {
            cases.put(function + " of pictures", OnnxCase.of(new ActivationLayer(function)));
            cases.put(
                    function + " of vectors",
                    OnnxCase.of(builder -> builder.addLayer("dense", dense(Activation.IDENTITY), "input")
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
        return equalCases(cases);
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
                OnnxCase.of(builder -> builder.addLayer("dense", dense(Activation.TANH), "input")
                        .addVertex("norm", new L2NormalizeVertex(), "dense")
                        .setOutputs("norm")));
        return equalCases(cases);
    }

    @TestFactory
    Stream<DynamicTest> wholeNetworks() {
        Map<String, OnnxCase> cases = new LinkedHashMap<>();
        cases.put(
                "VGG in small",
                OnnxCase.of(builder -> builder.addLayer(
                                "conv",
                                same(convolution(3, 3, 1))
                                        .activation(Activation.RELU)
                                        .build(),
                                "input")
                        .addLayer("pool", pooling(PoolingType.MAX).build(), "conv")
                        .addLayer("fc", dense(Activation.RELU), "pool")
                        .addLayer("drop", new DropoutLayer(0.5), "fc")
                        .addLayer("predictions", output(), "drop")
                        .setOutputs("predictions")));
        cases.put(
                "batch normalisation of vectors",
                OnnxCase.of(builder -> builder.addLayer("fc", dense(Activation.IDENTITY), "input")
                        .addLayer("norm", new BatchNormalization(), "fc")
                        .addLayer("predictions", output(), "norm")
                        .setOutputs("predictions")));
        cases.put(
                "vectors back to pictures",
                OnnxCase.of(builder -> builder.addLayer(
                                "fc", new DenseLayer.Builder().nOut(24).build(), "input")
                        .addLayer("conv", convolution(2, 2, 1).build(), new FeedForwardToCnnPreProcessor(3, 4, 2), "fc")
                        .setOutputs("conv")));
        cases.put(
                "several outputs, a dropout among them",
                OnnxCase.of(
                        builder -> builder.addLayer("conv", convolution(3, 3, 1).build(), "input")
                                .addLayer("norm", new BatchNormalization(), "conv")
                                .addLayer("drop", new DropoutLayer(0.5), "norm")
                                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "drop")
                                .setOutputs("conv", "drop", "pool")));
        return equalCases(cases);
    }

    private static Stream<DynamicTest> equal(Map<String, Layer> layers) {
        Map<String, OnnxCase> cases = new LinkedHashMap<>();
        layers.forEach((name, layer) -> cases.put(name, OnnxCase.of(layer)));
        return equalCases(cases);
    }

    /** One picture and five, numbers and bytes. */
    private static Stream<DynamicTest> equalCases(Map<String, OnnxCase> cases) {
        return cases.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    assertThat(entry.getValue().difference(OnnxInput.FLOAT, 1)).isLessThan(TOLERANCE);
                    assertThat(entry.getValue().difference(OnnxInput.UINT8, 5)).isLessThan(TOLERANCE);
                }));
    }

    private static ConvolutionLayer.Builder convolution(int height, int width, int stride) {
        return new ConvolutionLayer.Builder(height, width)
                .stride(stride, stride)
                .nOut(4)
                .activation(Activation.IDENTITY);
    }

    private static ConvolutionLayer.Builder same(ConvolutionLayer.Builder convolution) {
        return convolution.convolutionMode(ConvolutionMode.Same);
    }

    private static SubsamplingLayer.Builder pooling(PoolingType type) {
        return new SubsamplingLayer.Builder(new int[] {3, 3}, new int[] {2, 2})
                .poolingType(SubsamplingLayer.PoolingType.valueOf(type.name()));
    }

    private static DenseLayer dense(Activation function) {
        return new DenseLayer.Builder().nOut(6).activation(function).build();
    }

    private static OutputLayer output() {
        return new OutputLayer.Builder().nOut(4).activation(Activation.SOFTMAX).build();
    }

    /** The vertex over convolutions of the same size. */
    private static OnnxCase joined(org.deeplearning4j.nn.conf.graph.GraphVertex vertex, int inputs) {
        return OnnxCase.of(builder -> {
            String[] names = new String[inputs];
            for (int i = 0; i < inputs; i++) {
                names[i] = "input-" + i;
                builder.addLayer(names[i], same(convolution(3, 3, 1)).build(), "input");
            }
            return builder.addVertex("joined", vertex, names).setOutputs("joined");
        });
    }
}
