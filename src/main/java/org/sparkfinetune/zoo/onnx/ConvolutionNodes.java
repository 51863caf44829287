package org.sparkfinetune.zoo.onnx;

import java.util.ArrayList;
import java.util.List;
import onnx.Onnx.AttributeProto;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.params.DepthwiseConvolutionParamInitializer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Exports two-dimensional convolutions. A batch normalization after a convolution becomes part of its weights and bias.
 */
final class ConvolutionNodes {
    private final OnnxLayer layer;
    private final ConvolutionLayer settings;
    private final OnnxNodes nodes;

    private ConvolutionNodes(OnnxLayer layer, OnnxNodes nodes) {
        this.layer = layer;
        this.settings = (ConvolutionLayer) layer.configuration();
        this.nodes = nodes;
        layer.requireChannelsFirst(settings.getCnn2dDataFormat());
    }

    /** Nodes from one tensor to another. */
    private interface Part {
        void write(String from, String to);
    }

    /** Weights [out, in, height, width] in Deeplearning4j and in ONNX. */
    static String plain(OnnxLayer layer, OnnxNodes nodes) {
        ConvolutionNodes convolution = new ConvolutionNodes(layer, nodes);
        FloatTensor weights = layer.parameter(ConvolutionParamInitializer.WEIGHT_KEY);
        return convolution.activated((from, to) -> convolution.scaled(from, to, weights, convolution.placement(1)));
    }

    /**
     * Weights [height, width, in, multiplier]; ONNX has [in · multiplier, 1, height, width] in as many groups as
     * inputs.
     */
    static String depthwise(OnnxLayer layer, OnnxNodes nodes) {
        ConvolutionNodes convolution = new ConvolutionNodes(layer, nodes);
        INDArray weights = layer.parameters()
                .get(DepthwiseConvolutionParamInitializer.WEIGHT_KEY)
                .permute(2, 3, 0, 1);
        long groups = weights.size(0);
        return convolution.activated(
                (from, to) -> convolution.scaled(from, to, oneInputEach(weights), convolution.placement(groups)));
    }

    /** A depthwise convolution, weights [multiplier, in, height, width], and a plain one of one pixel. */
    static String separable(OnnxLayer layer, OnnxNodes nodes) {
        ConvolutionNodes convolution = new ConvolutionNodes(layer, nodes);
        INDArray depthwise = layer.parameters()
                .get(SeparableConvolutionParamInitializer.DEPTH_WISE_WEIGHT_KEY)
                .permute(1, 0, 2, 3);
        FloatTensor pointwise = layer.parameter(SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY);
        return convolution.activated((from, to) -> {
            String weights = nodes.constant(to + "/depthwise-weights", oneInputEach(depthwise));
            String between = nodes.add(
                    "Conv", to + "/depthwise", List.of(from, weights), convolution.placement(depthwise.size(0)));
            convolution.scaled(between, to, pointwise);
        });
    }

    /** [in, multiplier, height, width] to [in · multiplier, 1, height, width]. */
    private static FloatTensor oneInputEach(INDArray weights) {
        try (INDArray copy = weights.dup('c')) {
            return FloatTensor.of(copy.reshape('c', copy.size(0) * copy.size(1), 1, copy.size(2), copy.size(3)));
        }
    }

    /** Writes the convolution, and the activation function of the layer if any. */
    private String activated(Part convolution) {
        Wire wire = layer.wire();
        if (ActivationNodes.isIdentity(settings.getActivationFn())) {
            convolution.write(wire.input(), wire.output());
        } else {
            String linear = wire.inner("linear");
            convolution.write(wire.input(), linear);
            ActivationNodes.write(settings.getActivationFn(), layer.vertex(), nodes, linear, wire.output());
        }
        return wire.output();
    }

    private void scaled(String from, String to, FloatTensor weights, AttributeProto... placement) {
        ChannelScale scale = layer.scale();
        List<String> inputs = new ArrayList<>(List.of(from));
        if (!scale.isNone()) {
            weights.multiplyBlocks(scale.factors());
        }
        inputs.add(nodes.constant(to + "/weights", weights));
        if (settings.hasBias() || !scale.isNone()) {
            inputs.add(nodes.constant(to + "/bias", bias(scale)));
        }
        nodes.add("Conv", to, inputs, placement);
    }

    private FloatTensor bias(ChannelScale scale) {
        FloatTensor bias = settings.hasBias()
                ? FloatTensor.of(layer.parameters()
                        .get(ConvolutionParamInitializer.BIAS_KEY)
                        .reshape(-1))
                : FloatTensor.zeros(scale.terms().length);
        return scale.isNone() ? bias : bias.multiplyAdd(scale.factors(), scale.terms());
    }

    private AttributeProto[] placement(long groups) {
        WindowNodes window = new WindowNodes(
                settings.getKernelSize(),
                settings.getStride(),
                settings.getPadding(),
                settings.getDilation(),
                settings.getConvolutionMode());
        List<AttributeProto> attributes = new ArrayList<>(window.attributes(layer));
        attributes.add(window.dilations());
        attributes.add(OnnxNodes.integer("group", groups));
        return attributes.toArray(AttributeProto[]::new);
    }
}
