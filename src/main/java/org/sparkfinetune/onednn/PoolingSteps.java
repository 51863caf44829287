package org.sparkfinetune.onednn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.sparkfinetune.onednn.Signal.Gradient;

/** Maximum or average over windows, or over whole pictures. */
final class PoolingSteps implements VertexSteps {
    private static final int[] NO_DILATION = {1, 1};

    private final algorithm algorithm;
    private final Layout layout;

    private Signal input;
    private Window window;
    private pooling_forward.primitive_desc description;
    private Tensor output;
    private Tensor maxima;

    /** The input and output layouts. */
    private interface Layout {
        Window window(long height, long width);

        /** Whether the output, one number per channel, is a vector. */
        default boolean isFlat() {
            return false;
        }
    }

    private PoolingSteps(algorithm algorithm, Layout layout) {
        this.algorithm = algorithm;
        this.layout = layout;
    }

    static PoolingSteps of(SubsamplingLayer settings) {
        if (!Arrays.equals(settings.getDilation(), NO_DILATION)) {
            throw new NotCompilable(settings.getLayerName(), "a dilated window");
        }
        return new PoolingSteps(
                kind(settings.getLayerName(), settings.getPoolingType(), settings.isAvgPoolIncludePadInDivisor()),
                (height, width) -> new Window.Settings(
                                settings.getKernelSize(),
                                settings.getStride(),
                                settings.getPadding(),
                                NO_DILATION,
                                settings.getConvolutionMode())
                        .over(settings.getLayerName(), height, width));
    }

    /** @param channelsLast whether the pictures have their channels last */
    static PoolingSteps of(GlobalPoolingLayer settings, boolean channelsLast) {
        int[] plane = channelsLast ? new int[] {1, 2} : new int[] {2, 3};
        if (settings.getPoolingDimensions() != null && !Arrays.equals(settings.getPoolingDimensions(), plane)) {
            throw new NotCompilable(
                    settings.getLayerName(),
                    "pooling over dimensions " + Arrays.toString(settings.getPoolingDimensions()));
        }
        return new PoolingSteps(kind(settings.getLayerName(), settings.getPoolingType(), false), new Layout() {
            @Override
            public Window window(long height, long width) {
                int[] whole = {Math.toIntExact(height), Math.toIntExact(width)};
                return new Window.Settings(whole, new int[] {1, 1}, new int[2], NO_DILATION, ConvolutionMode.Truncate)
                        .over(settings.getLayerName(), height, width);
            }

            @Override
            public boolean isFlat() {
                return settings.isCollapseDimensions();
            }
        });
    }

    private static algorithm kind(String layer, PoolingType type, boolean countPadding) {
        return switch (type) {
            case MAX -> org.bytedeco.dnnl.global.dnnl.algorithm.pooling_max;
            case AVG ->
                countPadding
                        ? org.bytedeco.dnnl.global.dnnl.algorithm.pooling_avg_include_padding
                        : org.bytedeco.dnnl.global.dnnl.algorithm.pooling_avg_exclude_padding;
            default -> throw new NotCompilable(layer, "pooling type " + type);
        };
    }

    @Override
    public Signal forward(ProgramBuilder program, List<Signal> inputs) {
        input = inputs.get(0);
        long[] shape = input.shape();
        window = layout.window(shape[2], shape[3]);
        long[] outputShape = {shape[0], shape[1], window.output()[0], window.output()[1]};
        description = new pooling_forward.primitive_desc(
                new pooling_forward.desc(
                        program.purpose().forward(),
                        algorithm,
                        input.tensor().layout(),
                        OneDnn.any(outputShape),
                        window.stride(),
                        window.kernel(),
                        window.before(),
                        window.after()),
                OneDnn.attributes(),
                OneDnn.engine());
        output = program.tensor(description.dst_desc());
        List<Step.Argument> arguments = new ArrayList<>(List.of(
                ProgramBuilder.argument(dnnl.DNNL_ARG_SRC, input.tensor()),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DST, output)));
        if (!description.workspace_desc().is_zero()) {
            maxima = program.tensor(description.workspace_desc());
            arguments.add(ProgramBuilder.argument(dnnl.DNNL_ARG_WORKSPACE, maxima));
        }
        program.call("pooling", new pooling_forward(description), arguments.toArray(Step.Argument[]::new));
        return new Signal(output, layout.isFlat() ? new long[] {shape[0], shape[1]} : outputShape, input.trained());
    }

    @Override
    public void backward(ProgramBuilder program, Gradient gradient) {
        if (!input.trained()) {
            gradient.leave();
            return;
        }
        pooling_backward.primitive_desc backward = new pooling_backward.primitive_desc(
                new pooling_backward.desc(
                        algorithm,
                        input.tensor().layout(),
                        gradient.tensor().layout(),
                        window.stride(),
                        window.kernel(),
                        window.before(),
                        window.after()),
                OneDnn.attributes(),
                OneDnn.engine(),
                description);
        Tensor result = program.tensor(input.tensor().layout());
        List<Step.Argument> arguments = new ArrayList<>(List.of(
                ProgramBuilder.argument(dnnl.DNNL_ARG_DIFF_DST, gradient.tensor()),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DIFF_SRC, result)));
        if (maxima != null) {
            arguments.add(ProgramBuilder.argument(dnnl.DNNL_ARG_WORKSPACE, maxima));
        }
        program.call("pooling backward", new pooling_backward(backward), arguments.toArray(Step.Argument[]::new));
        gradient.leave();
        program.addGradient(input, result);
    }
}
