package org.sparkfinetune.onednn;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.sparkfinetune.onednn.ProgramBuilder.Array;
import org.sparkfinetune.onednn.Signal.Gradient;

/**
 * Batch normalization by the statistics of the minibatch, with a following rectifier if there is one. Scale and shift
 * are consecutive in the flat parameters, as oneDNN requires.
 */
final class BatchNormSteps implements VertexSteps {
    private final String layer;
    private final BatchNormalization settings;
    private final boolean rectified;

    private Signal input;
    private batch_normalization_forward.primitive_desc description;
    private Tensor output;
    private Tensor signs;
    private Array mean;
    private Array variance;

    /** @param rectified whether negative outputs become 0 */
    BatchNormSteps(BatchNormalization settings, boolean rectified) {
        this.layer = settings.getLayerName();
        this.settings = settings;
        this.rectified = rectified;
        if (settings.isLockGammaBeta()) {
            throw new NotCompilable(layer, "a locked scale and shift");
        }
    }

    @Override
    public Signal forward(ProgramBuilder program, List<Signal> inputs) {
        input = inputs.get(0);
        int flags = dnnl.dnnl_use_scaleshift
                | (rectified ? dnnl.dnnl_fuse_norm_relu : 0)
                | (program.trains() ? 0 : dnnl.dnnl_use_global_stats);
        description = new batch_normalization_forward.primitive_desc(
                new batch_normalization_forward.desc(
                        program.purpose().forward().value, input.tensor().layout(), (float) settings.getEps(), flags),
                OneDnn.attributes(),
                OneDnn.engine());
        output = program.tensor(input.tensor().layout());
        List<Step.Argument> arguments = new ArrayList<>(List.of(
                ProgramBuilder.argument(dnnl.DNNL_ARG_SRC, input.tensor()),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DST, output),
                ProgramBuilder.argument(
                        dnnl.DNNL_ARG_SCALE_SHIFT,
                        scaleAndShift(program.parameters().value(layer, BatchNormalizationParamInitializer.GAMMA)))));
        arguments.addAll(program.trains() ? ofMinibatch(program) : running(program));
        if (rectified && program.trains()) {
            signs = program.tensor(description.workspace_desc());
            arguments.add(ProgramBuilder.argument(dnnl.DNNL_ARG_WORKSPACE, signs));
        }
        program.call(
                "batch norm", new batch_normalization_forward(description), arguments.toArray(Step.Argument[]::new));
        return new Signal(output, input.shape(), true);
    }

    @Override
    public void backward(ProgramBuilder program, Gradient gradient) {
        Tensor to = gradient.hasOneReader()
                ? gradient.tensor()
                : program.tensor(input.tensor().layout());
        int flags = dnnl.dnnl_use_scaleshift | (rectified ? dnnl.dnnl_fuse_norm_relu : 0);
        batch_normalization_backward.primitive_desc backward = new batch_normalization_backward.primitive_desc(
                new batch_normalization_backward.desc(
                        prop_kind.backward.value,
                        gradient.tensor().layout(),
                        input.tensor().layout(),
                        (float) settings.getEps(),
                        flags),
                OneDnn.attributes(),
                OneDnn.engine(),
                description);
        FlatParameters parameters = program.parameters();
        List<Step.Argument> arguments = new ArrayList<>(List.of(
                ProgramBuilder.argument(dnnl.DNNL_ARG_SRC, input.tensor()),
                ProgramBuilder.argument(dnnl.DNNL_ARG_MEAN, mean.tensor()),
                ProgramBuilder.argument(dnnl.DNNL_ARG_VARIANCE, variance.tensor()),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DIFF_DST, gradient.tensor()),
                ProgramBuilder.argument(
                        dnnl.DNNL_ARG_SCALE_SHIFT,
                        scaleAndShift(parameters.value(layer, BatchNormalizationParamInitializer.GAMMA))),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DIFF_SRC, to),
                ProgramBuilder.argument(
                        dnnl.DNNL_ARG_DIFF_SCALE_SHIFT,
                        scaleAndShift(parameters.gradient(layer, BatchNormalizationParamInitializer.GAMMA)))));
        if (rectified) {
            arguments.add(ProgramBuilder.argument(dnnl.DNNL_ARG_WORKSPACE, signs));
        }
        program.call(
                "batch norm backward",
                new batch_normalization_backward(backward),
                arguments.toArray(Step.Argument[]::new));
        gradient.leave();
        program.call("running statistics", runningStatistics(parameters), mean.tensor(), variance.tensor());
        program.addGradient(input, to);
    }

    /**
     * Deeplearning4j keeps the running mean and variance as parameters. Their "gradient" is the value to subtract: with
     * a decay d, {@code (1 - d) (mean - minibatch's)}; for the deviation, kept as a logarithm,
     * {@code log10(variance / (d variance + (1 - d) minibatch's)) / 2}.
     */
    private Runnable runningStatistics(FlatParameters parameters) {
        double decay = settings.getDecay();
        FloatBuffer batchMean = mean.array().data().asNioFloat();
        FloatBuffer batchVariance = variance.array().data().asNioFloat();
        FloatBuffer runningMean = parameters.valueBuffer(layer, BatchNormalizationParamInitializer.GLOBAL_MEAN);
        FloatBuffer meanGradient = parameters.gradientBuffer(layer, BatchNormalizationParamInitializer.GLOBAL_MEAN);
        boolean logarithm = settings.isUseLogStd();
        String spread = logarithm
                ? BatchNormalizationParamInitializer.GLOBAL_LOG_STD
                : BatchNormalizationParamInitializer.GLOBAL_VAR;
        FloatBuffer runningSpread = parameters.valueBuffer(layer, spread);
        FloatBuffer spreadGradient = parameters.gradientBuffer(layer, spread);
        return () -> {
            for (int i = 0; i < batchMean.capacity(); i++) {
                meanGradient.put(i, (float) ((1 - decay) * (runningMean.get(i) - batchMean.get(i))));
                if (logarithm) {
                    double before = Math.pow(10, 2.0 * runningSpread.get(i));
                    double after = decay * before + (1 - decay) * batchVariance.get(i);
                    spreadGradient.put(i, (float) (Math.log10(before / after) / 2));
                } else {
                    spreadGradient.put(i, (float) ((1 - decay) * (runningSpread.get(i) - batchVariance.get(i))));
                }
            }
        };
    }

    private List<Step.Argument> ofMinibatch(ProgramBuilder program) {
        mean = channels(program);
        variance = channels(program);
        return statistics(mean.tensor(), variance.tensor());
    }

    private List<Step.Argument> running(ProgramBuilder program) {
        FlatParameters parameters = program.parameters();
        memory.desc channels = OneDnn.layout(new long[] {input.shape()[1]}, memory.format_tag.a);
        Tensor runningMean =
                Tensor.at(parameters.value(layer, BatchNormalizationParamInitializer.GLOBAL_MEAN), channels);
        if (!settings.isUseLogStd()) {
            return statistics(
                    runningMean,
                    Tensor.at(parameters.value(layer, BatchNormalizationParamInitializer.GLOBAL_VAR), channels));
        }
        Array powers = channels(program);
        FloatBuffer logarithms = parameters.valueBuffer(layer, BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
        FloatBuffer variances = powers.array().data().asNioFloat();
        program.call(
                "running variance",
                () -> {
                    for (int i = 0; i < variances.capacity(); i++) {
                        variances.put(i, (float) Math.pow(10, 2.0 * logarithms.get(i)));
                    }
                },
                powers.tensor());
        return statistics(runningMean, powers.tensor());
    }

    private static List<Step.Argument> statistics(Tensor mean, Tensor variance) {
        return List.of(
                ProgramBuilder.argument(dnnl.DNNL_ARG_MEAN, mean),
                ProgramBuilder.argument(dnnl.DNNL_ARG_VARIANCE, variance));
    }

    private Array channels(ProgramBuilder program) {
        long[] shape = {input.shape()[1]};
        return program.array(shape, OneDnn.layout(shape, memory.format_tag.a));
    }

    private Tensor scaleAndShift(FloatPointer scale) {
        return Tensor.at(scale, OneDnn.layout(new long[] {2, input.shape()[1]}, memory.format_tag.ab));
    }
}
