package org.sparkfinetune.zoo.onnx;

import java.util.List;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;

/** Exports normalization by running statistics, and by neighbours. */
final class NormalizationNodes {
    private NormalizationNodes() {}

    /** Exports a batch normalization that cannot be folded into a convolution: one factor and one term per channel. */
    static String batch(OnnxLayer layer, OnnxNodes nodes) {
        BatchNormalization settings = (BatchNormalization) layer.configuration();
        ChannelScale scale = ChannelScale.of(settings, layer.parameters());
        Wire wire = layer.wire();
        long channels = scale.factors().length;
        if (wire.isPictures()) {
            layer.requireChannelsFirst(settings.getCnn2DFormat());
        }
        long[] shape = wire.isPictures() ? new long[] {channels, 1, 1} : new long[] {channels};
        String factor = nodes.constant(wire.inner("factor"), scale.factorTensor(shape));
        String term = nodes.constant(wire.inner("term"), scale.termTensor(shape));
        String scaled = nodes.add("Mul", wire.inner("scaled"), List.of(wire.input(), factor));
        return nodes.add("Add", wire.output(), List.of(scaled, term));
    }

    /** Deeplearning4j multiplies the sum over the window by alpha, ONNX its mean. */
    static String localResponse(OnnxLayer layer, OnnxNodes nodes) {
        LocalResponseNormalization settings = (LocalResponseNormalization) layer.configuration();
        int window = 2 * ((int) settings.getN() / 2) + 1;
        layer.requireChannelsFirst(settings.getDataFormat());
        return nodes.add(
                "LRN",
                layer.wire().output(),
                List.of(layer.wire().input()),
                OnnxNodes.integer("size", window),
                OnnxNodes.number("alpha", settings.getAlpha() * window),
                OnnxNodes.number("beta", settings.getBeta()),
                OnnxNodes.number("bias", settings.getK()));
    }
}
