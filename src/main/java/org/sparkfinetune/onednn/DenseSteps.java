package org.sparkfinetune.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.sparkfinetune.onednn.Signal.Gradient;

/**
 * A fully connected layer with its activation function. Deeplearning4j's weights, {@code [inputs, outputs]} in f order,
 * equal oneDNN's, {@code [outputs, inputs]} in c order. Weights and gradients are used in place.
 */
final class DenseSteps implements VertexSteps {
    private final String layer;
    private final DenseLayer settings;
    private final boolean channelsLast;
    private final Optional<Rectifier> activation;

    private Signal input;
    private inner_product_forward.primitive_desc description;
    private Tensor source;
    private Tensor weights;
    private Tensor output;

    /** @param channelsLast whether pictures have their channels last when they become vectors */
    DenseSteps(DenseLayer settings, boolean channelsLast) {
        this.layer = settings.getLayerName();
        this.settings = settings;
        this.channelsLast = channelsLast;
        this.activation = Rectifier.of(layer, settings.getActivationFn());
        if (settings.hasLayerNorm()) {
            throw new NotCompilable(layer, "layer normalization");
        }
    }

    @Override
    public Signal forward(ProgramBuilder program, List<Signal> inputs) {
        input = inputs.get(0);
        long[] shape = input.shape();
        long[] outputShape = {shape[0], settings.getNOut()};
        memory.desc bias = biasLayout();
        memory.desc result = OneDnn.layout(outputShape, memory.format_tag.ab);
        source = program.in(plain(input.tensor()), input.tensor(), "reorder input");
        weights = Tensor.at(program.parameters().value(layer, DefaultParamInitializer.WEIGHT_KEY), weightLayout());
        inner_product_forward.desc product = settings.hasBias()
                ? new inner_product_forward.desc(
                        program.purpose().forward(), source.layout(), weights.layout(), bias, result)
                : new inner_product_forward.desc(
                        program.purpose().forward(), source.layout(), weights.layout(), result);
        description = new inner_product_forward.primitive_desc(product, Rectifier.behind(activation), OneDnn.engine());
        output = program.tensor(result);
        List<Step.Argument> arguments = new ArrayList<>(List.of(
                ProgramBuilder.argument(dnnl.DNNL_ARG_SRC, source),
                ProgramBuilder.argument(dnnl.DNNL_ARG_WEIGHTS, weights),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DST, output)));
        if (settings.hasBias()) {
            arguments.add(ProgramBuilder.argument(
                    dnnl.DNNL_ARG_BIAS,
                    Tensor.at(program.parameters().value(layer, DefaultParamInitializer.BIAS_KEY), bias)));
        }
        program.call("dense", new inner_product_forward(description), arguments.toArray(Step.Argument[]::new));
        return new Signal(output, outputShape, true);
    }

    @Override
    public void backward(ProgramBuilder program, Gradient gradient) {
        Gradient before =
                activation.map(a -> a.backward(program, output, gradient)).orElse(gradient);
        weightGradient(program, before.tensor());
        if (input.trained()) {
            inputGradient(program, before.tensor());
        }
        before.leave();
    }

    private void weightGradient(ProgramBuilder program, Tensor gradient) {
        Tensor to =
                Tensor.at(program.parameters().gradient(layer, DefaultParamInitializer.WEIGHT_KEY), weights.layout());
        memory.desc bias = biasLayout();
        inner_product_backward_weights.desc product = settings.hasBias()
                ? new inner_product_backward_weights.desc(source.layout(), to.layout(), bias, gradient.layout())
                : new inner_product_backward_weights.desc(source.layout(), to.layout(), gradient.layout());
        List<Step.Argument> arguments = new ArrayList<>(List.of(
                ProgramBuilder.argument(dnnl.DNNL_ARG_SRC, source),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DIFF_DST, gradient),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DIFF_WEIGHTS, to)));
        if (settings.hasBias()) {
            arguments.add(ProgramBuilder.argument(
                    dnnl.DNNL_ARG_DIFF_BIAS,
                    Tensor.at(program.parameters().gradient(layer, DefaultParamInitializer.BIAS_KEY), bias)));
        }
        program.call(
                "dense backward weights",
                new inner_product_backward_weights(new inner_product_backward_weights.primitive_desc(
                        product, OneDnn.attributes(), OneDnn.engine(), description)),
                arguments.toArray(Step.Argument[]::new));
    }

    private void inputGradient(ProgramBuilder program, Tensor gradient) {
        Tensor plain = program.tensor(source.layout());
        program.call(
                "dense backward data",
                new inner_product_backward_data(new inner_product_backward_data.primitive_desc(
                        new inner_product_backward_data.desc(plain.layout(), weights.layout(), gradient.layout()),
                        OneDnn.attributes(),
                        OneDnn.engine(),
                        description)),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DIFF_DST, gradient),
                ProgramBuilder.argument(dnnl.DNNL_ARG_WEIGHTS, weights),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DIFF_SRC, plain));
        program.addGradient(input, program.in(input.tensor().layout(), plain, "reorder gradient"));
    }

    /** The layout with an example's numbers consecutive, in Deeplearning4j's order. */
    private memory.desc plain(Tensor tensor) {
        long[] dimensions = dimensions(tensor);
        return OneDnn.layout(dimensions, plainKind(dimensions.length));
    }

    private memory.desc weightLayout() {
        long[] dimensions = dimensions(source);
        dimensions[0] = settings.getNOut();
        return OneDnn.layout(dimensions, plainKind(dimensions.length));
    }

    private memory.format_tag plainKind(int rank) {
        if (rank == 2) {
            return memory.format_tag.ab;
        }
        return channelsLast ? memory.format_tag.acdb : memory.format_tag.abcd;
    }

    private static long[] dimensions(Tensor tensor) {
        return OneDnn.dimensions(tensor.layout());
    }

    private memory.desc biasLayout() {
        return OneDnn.layout(new long[] {settings.getNOut()}, memory.format_tag.a);
    }
}
