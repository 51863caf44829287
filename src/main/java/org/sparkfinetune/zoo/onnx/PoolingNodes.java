package org.sparkfinetune.zoo.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import onnx.Onnx.AttributeProto;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;

/** Exports pooling and padding. */
final class PoolingNodes {
    private static final int[] CHANNELS_FIRST = {2, 3};

    private PoolingNodes() {}

    /** Maximum and average over windows. */
    static String windows(OnnxLayer layer, OnnxNodes nodes) {
        SubsamplingLayer settings = (SubsamplingLayer) layer.configuration();
        layer.requireChannelsFirst(settings.getCnn2dDataFormat());
        WindowNodes window = new WindowNodes(
                settings.getKernelSize(),
                settings.getStride(),
                settings.getPadding(),
                settings.getDilation(),
                settings.getConvolutionMode());
        List<AttributeProto> attributes = new ArrayList<>(window.attributes(layer));
        if (window.isDilated()) {
            // ONNX could, but the natives of Deeplearning4j compute something else than a dilated window.
            throw layer.cannot("dilation " + Arrays.toString(settings.getDilation()));
        }
        switch (settings.getPoolingType()) {
            case MAX -> {
                // Padding is never the maximum, in both.
            }
            case AVG ->
                attributes.add(OnnxNodes.integer("count_include_pad", settings.isAvgPoolIncludePadInDivisor() ? 1 : 0));
            default -> throw layer.cannot("the pooling type " + settings.getPoolingType());
        }
        String operator = settings.getPoolingType() == PoolingType.MAX ? "MaxPool" : "AveragePool";
        return nodes.add(
                operator,
                layer.wire().output(),
                List.of(layer.wire().input()),
                attributes.toArray(AttributeProto[]::new));
    }

    /** One value per channel. */
    static String global(OnnxLayer layer, OnnxNodes nodes) {
        GlobalPoolingLayer settings = (GlobalPoolingLayer) layer.configuration();
        int[] dimensions = settings.getPoolingDimensions() == null ? CHANNELS_FIRST : settings.getPoolingDimensions();
        if (!layer.wire().isPictures() || !Arrays.equals(dimensions, CHANNELS_FIRST)) {
            throw layer.cannot("dimensions " + Arrays.toString(dimensions) + " of rank "
                    + layer.wire().rank());
        }
        AttributeProto keep = OnnxNodes.integer("keepdims", settings.isCollapseDimensions() ? 0 : 1);
        AttributeProto axes = OnnxNodes.integers("axes", dimensions);
        List<String> input = List.of(layer.wire().input());
        String output = layer.wire().output();
        return switch (settings.getPoolingType()) {
            case MAX -> nodes.add("ReduceMax", output, input, axes, keep);
            case AVG -> nodes.add("ReduceMean", output, input, axes, keep);
            case SUM -> {
                String over = nodes.vector(layer.wire().inner("axes"), dimensions[0], dimensions[1]);
                yield nodes.add("ReduceSum", output, List.of(layer.wire().input(), over), keep);
            }
            case PNORM -> {
                if (settings.getPnorm() != 2) {
                    throw layer.cannot("pnorm " + settings.getPnorm());
                }
                yield nodes.add("ReduceL2", output, input, axes, keep);
            }
        };
    }

    /** Zeros around a picture: top, bottom, left, right. */
    static String zeros(OnnxLayer layer, OnnxNodes nodes) {
        ZeroPaddingLayer settings = (ZeroPaddingLayer) layer.configuration();
        int[] around = settings.getPadding();
        layer.requireChannelsFirst(settings.getDataFormat());
        Wire wire = layer.wire();
        String pads = nodes.vector(wire.inner("pads"), 0, 0, around[0], around[2], 0, 0, around[1], around[3]);
        return nodes.add("Pad", wire.output(), List.of(wire.input(), pads));
    }
}
