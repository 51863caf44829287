package org.sparkfinetune.zoo.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;

/** What ONNX Runtime computes from one exported layer is what Deeplearning4j computes from it. */
class OnnxEqualityTest {
    @TestFactory
    Stream<DynamicTest> convolutions() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put("truncate", OnnxLayers.convolution(3, 2, 2).build());
        layers.put(
                "padding, no bias",
                OnnxLayers.convolution(3, 2, 1).padding(2, 1).hasBias(false).build());
        layers.put(
                "same, stride 2",
                OnnxLayers.same(OnnxLayers.convolution(3, 3, 2)).build());
        layers.put(
                "same, even kernel",
                OnnxLayers.same(OnnxLayers.convolution(4, 2, 1)).build());
        layers.put(
                "same, dilation",
                OnnxLayers.same(OnnxLayers.convolution(3, 3, 1)).dilation(2, 2).build());
        layers.put(
                "same, even kernel, dilation",
                OnnxLayers.same(OnnxLayers.convolution(2, 4, 1)).dilation(3, 1).build());
        layers.put("dilation", OnnxLayers.convolution(3, 2, 1).dilation(2, 3).build());
        layers.put(
                "with an activation",
                OnnxLayers.convolution(3, 3, 1).activation(Activation.LEAKYRELU).build());
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
            layers.put(type + " truncate", OnnxLayers.pooling(type).build());
            layers.put(type + " padding", OnnxLayers.pooling(type).padding(1, 1).build());
            layers.put(
                    type + " same",
                    OnnxLayers.pooling(type)
                            .convolutionMode(ConvolutionMode.Same)
                            .build());
        }
        layers.put(
                "AVG padding counts",
                OnnxLayers.pooling(PoolingType.AVG)
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

    private static Stream<DynamicTest> equal(Map<String, Layer> layers) {
        Map<String, OnnxCase> cases = new LinkedHashMap<>();
        layers.forEach((name, layer) -> cases.put(name, OnnxCase.of(layer)));
        return OnnxLayers.equalCases(cases);
    }
}
