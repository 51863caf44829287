package org.sparkfinetune.zoo.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.junit.jupiter.api.DynamicTest;
import org.nd4j.linalg.activations.Activation;

/** Layers of test networks, and the comparison of both runtimes. */
final class OnnxLayers {
    private static final double TOLERANCE = 1e-4;

    private OnnxLayers() {}

    /** One picture and five, numbers and bytes. */
    static Stream<DynamicTest> equalCases(Map<String, OnnxCase> cases) {
        return cases.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    assertThat(entry.getValue().difference(OnnxInput.FLOAT, 1)).isLessThan(TOLERANCE);
                    assertThat(entry.getValue().difference(OnnxInput.UINT8, 5)).isLessThan(TOLERANCE);
                }));
    }

    static ConvolutionLayer.Builder convolution(int height, int width, int stride) {
        return new ConvolutionLayer.Builder(height, width)
                .stride(stride, stride)
                .nOut(4)
                .activation(Activation.IDENTITY);
    }

    static ConvolutionLayer.Builder same(ConvolutionLayer.Builder convolution) {
        return convolution.convolutionMode(ConvolutionMode.Same);
    }

    static SubsamplingLayer.Builder pooling(PoolingType type) {
        return new SubsamplingLayer.Builder(new int[] {3, 3}, new int[] {2, 2})
                .poolingType(SubsamplingLayer.PoolingType.valueOf(type.name()));
    }

    static DenseLayer dense(Activation function) {
        return new DenseLayer.Builder().nOut(6).activation(function).build();
    }

    static OutputLayer output() {
        return new OutputLayer.Builder().nOut(4).activation(Activation.SOFTMAX).build();
    }
}
