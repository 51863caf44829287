package org.sparkfinetune.zoo.onnx;

import java.util.Arrays;
import java.util.List;
import onnx.Onnx.AttributeProto;
import org.deeplearning4j.nn.conf.ConvolutionMode;

/**
 * The geometry of a window over a picture, for convolution and pooling.
 *
 * @param kernel height and width of the window
 * @param strides steps down and right
 * @param padding zeros on top and bottom, and left and right; unused when {@code mode} is Same
 * @param dilation dilation down and right
 * @param mode treatment of the edge
 */
record WindowNodes(int[] kernel, int[] strides, int[] padding, int[] dilation, ConvolutionMode mode) {

    /** Returns the attributes of every operator with a window, without dilation, which not all of them have. */
    List<AttributeProto> attributes(OnnxLayer layer) {
        return List.of(
                OnnxNodes.integers("kernel_shape", kernel), OnnxNodes.integers("strides", strides), padding(layer));
    }

    AttributeProto dilations() {
        return OnnxNodes.integers("dilations", dilation);
    }

    boolean isDilated() {
        return Arrays.stream(dilation).anyMatch(step -> step != 1);
    }

    private AttributeProto padding(OnnxLayer layer) {
        if (mode == ConvolutionMode.Causal) {
            throw layer.cannot("the convolution mode " + mode);
        }
        if (mode != ConvolutionMode.Same) {
            return OnnxNodes.integers("pads", padding[0], padding[1], padding[0], padding[1]);
        }
        if (!isDilated()) {
            // An odd pixel of padding goes below and to the right, as in Deeplearning4j and TensorFlow.
            return OnnxNodes.text("auto_pad", "SAME_UPPER");
        }
        if (Arrays.stream(strides).anyMatch(step -> step != 1)) {
            throw layer.cannot("stride " + Arrays.toString(strides) + ", dilation " + Arrays.toString(dilation)
                    + " and the convolution mode Same");
        }
        // ONNX Runtime has no SAME_UPPER with dilation; with stride 1 the padding does not depend on the picture's
        // size.
        int vertical = (kernel[0] - 1) * dilation[0];
        int horizontal = (kernel[1] - 1) * dilation[1];
        return OnnxNodes.integers(
                "pads", vertical / 2, horizontal / 2, vertical - vertical / 2, horizontal - horizontal / 2);
    }
}
