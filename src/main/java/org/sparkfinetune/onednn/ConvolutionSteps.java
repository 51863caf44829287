package org.sparkfinetune.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.sparkfinetune.onednn.Signal.Gradient;

/** A convolution with its activation function. */
final class ConvolutionSteps implements VertexSteps {
    private static final algorithm ALGORITHM = algorithm.convolution_direct;
    /** From this number of channels on, a convolution uses blocked channels; below, it takes pictures as they are. */
    private static final long FEW_CHANNELS = 4;

    private final String layer;
    private final ConvolutionLayer settings;
    private final Optional<Rectifier> activation;

    private Signal input;
    private Window window;
    private convolution_forward.primitive_desc description;
    private Tensor source;
    private Tensor weights;
    private Tensor output;

    ConvolutionSteps(ConvolutionLayer settings) {
        this.layer = settings.getLayerName();
        this.settings = settings;
        this.activation = Rectifier.of(layer, settings.getActivationFn());
    }

    @Override
    public Signal forward(ProgramBuilder program, List<Signal> inputs) {
        input = inputs.get(0);
        long[] shape = input.shape();
        window = new Window.Settings(
                        settings.getKernelSize(),
                        settings.getStride(),
                        settings.getPadding(),
                        settings.getDilation(),
                        settings.getConvolutionMode())
                .over(layer, shape[2], shape[3]);
        long[] outputShape = {shape[0], settings.getNOut(), window.output()[0], window.output()[1]};
        // Outputs of convolutions have blocked channels already; tensors from outside or put together from parts do
        // not.
        memory.desc inputLayout = shape[1] >= FEW_CHANNELS && isPlain(input.tensor())
                ? OneDnn.any(shape)
                : input.tensor().layout();
        memory.desc anyWeights = OneDnn.any(weightShape());
        memory.desc anyOutput = OneDnn.any(outputShape);
        convolution_forward.desc convolution = settings.hasBias()
                ? new convolution_forward.desc(
                        program.purpose().forward(),
                        ALGORITHM,
                        inputLayout,
                        anyWeights,
                        biasLayout(),
                        anyOutput,
                        window.stride(),
                        window.dilation(),
                        window.before(),
                        window.after())
                : new convolution_forward.desc(
                        program.purpose().forward(),
                        ALGORITHM,
                        inputLayout,
                        anyWeights,
                        anyOutput,
                        window.stride(),
                        window.dilation(),
                        window.before(),
                        window.after());
        description =
                new convolution_forward.primitive_desc(convolution, Rectifier.behind(activation), OneDnn.engine());
        source = program.in(description.src_desc(), input.tensor(), "reorder input");
        weights = Tensor.at(
                program.parameters().value(layer, ConvolutionParamInitializer.WEIGHT_KEY),
                OneDnn.layout(weightShape(), memory.format_tag.oihw));
        output = program.tensor(description.dst_desc());
        List<Step.Argument> arguments = new ArrayList<>(List.of(
                ProgramBuilder.argument(dnnl.DNNL_ARG_SRC, source),
                ProgramBuilder.argument(
                        dnnl.DNNL_ARG_WEIGHTS, program.in(description.weights_desc(), weights, "reorder weights")),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DST, output)));
        if (settings.hasBias()) {
            arguments.add(ProgramBuilder.argument(
                    dnnl.DNNL_ARG_BIAS,
                    Tensor.at(program.parameters().value(layer, ConvolutionParamInitializer.BIAS_KEY), biasLayout())));
        }
        program.call("convolution", new convolution_forward(description), arguments.toArray(Step.Argument[]::new));
        return new Signal(output, outputShape, true);
    }

    @Override
    public void backward(ProgramBuilder program, Gradient gradient) {
        Gradient before =
                activation.map(a -> a.backward(program, output, gradient)).orElse(gradient);
        weightGradient(program, before.tensor());
        if (input.trained()) {
            Tensor found = inputGradient(program, before.tensor());
            program.addGradient(input, program.in(input.tensor().layout(), found, "reorder gradient"));
        }
        before.leave();
    }

    private void weightGradient(ProgramBuilder program, Tensor gradient) {
        memory.desc anyWeights = OneDnn.any(weightShape());
        convolution_backward_weights.desc convolution = settings.hasBias()
                ? new convolution_backward_weights.desc(
                        ALGORITHM,
                        source.layout(),
                        anyWeights,
                        biasLayout(),
                        gradient.layout(),
                        window.stride(),
                        window.dilation(),
                        window.before(),
                        window.after())
                : new convolution_backward_weights.desc(
                        ALGORITHM,
                        source.layout(),
                        anyWeights,
                        gradient.layout(),
                        window.stride(),
                        window.dilation(),
                        window.before(),
                        window.after());
        convolution_backward_weights.primitive_desc backward = new convolution_backward_weights.primitive_desc(
                convolution, OneDnn.attributes(), OneDnn.engine(), description);
        Tensor result = program.tensor(backward.diff_weights_desc());
        List<Step.Argument> arguments = new ArrayList<>(List.of(
                ProgramBuilder.argument(dnnl.DNNL_ARG_SRC, source),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DIFF_DST, gradient),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DIFF_WEIGHTS, result)));
        if (settings.hasBias()) {
            arguments.add(ProgramBuilder.argument(
                    dnnl.DNNL_ARG_DIFF_BIAS,
                    Tensor.at(
                            program.parameters().gradient(layer, ConvolutionParamInitializer.BIAS_KEY), biasLayout())));
        }
        program.call(
                "convolution backward weights",
                new convolution_backward_weights(backward),
                arguments.toArray(Step.Argument[]::new));
        program.copy(
                result,
                Tensor.at(
                        program.parameters().gradient(layer, ConvolutionParamInitializer.WEIGHT_KEY), weights.layout()),
                "reorder weight gradient");
    }

    private Tensor inputGradient(ProgramBuilder program, Tensor gradient) {
        convolution_backward_data.primitive_desc backward = new convolution_backward_data.primitive_desc(
                new convolution_backward_data.desc(
                        ALGORITHM,
                        source.layout(),
                        OneDnn.any(weightShape()),
                        gradient.layout(),
                        window.stride(),
                        window.dilation(),
                        window.before(),
                        window.after()),
                OneDnn.attributes(),
                OneDnn.engine(),
                description);
        Tensor result = program.tensor(source.layout());
        program.call(
                "convolution backward data",
                new convolution_backward_data(backward),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DIFF_DST, gradient),
                ProgramBuilder.argument(
                        dnnl.DNNL_ARG_WEIGHTS, program.in(backward.weights_desc(), weights, "reorder weights")),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DIFF_SRC, result));
        return result;
    }

    private static boolean isPlain(Tensor pictures) {
        long[] shape = OneDnn.dimensions(pictures.layout());
        return pictures.layout().equals(OneDnn.layout(shape, memory.format_tag.abcd))
                || pictures.layout().equals(OneDnn.layout(shape, memory.format_tag.acdb));
    }

    private long[] weightShape() {
        return new long[] {
            settings.getNOut(), settings.getNIn(), settings.getKernelSize()[0], settings.getKernelSize()[1]
        };
    }

    private memory.desc biasLayout() {
        return OneDnn.layout(new long[] {settings.getNOut()}, memory.format_tag.a);
    }
}
