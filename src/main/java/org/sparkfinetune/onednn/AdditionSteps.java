package org.sparkfinetune.onednn;

import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.sparkfinetune.onednn.Signal.Gradient;

/** The sum of two inputs, with a following rectifier if there is one. Both inputs have the same gradient. */
final class AdditionSteps implements VertexSteps {
    private final Optional<Rectifier> rectifier;
    private List<Signal> inputs;
    private Tensor output;

    AdditionSteps(Optional<Rectifier> rectifier) {
        this.rectifier = rectifier;
    }

    @Override
    public Signal forward(ProgramBuilder program, List<Signal> summands) {
        inputs = List.copyOf(summands);
        Tensor first = inputs.get(0).tensor();
        Tensor second = program.in(first.layout(), inputs.get(1).tensor(), "reorder input");
        output = program.tensor(first.layout());
        binary.primitive_desc description = new binary.primitive_desc(
                new binary.desc(algorithm.binary_add, first.layout(), second.layout(), output.layout()),
                Rectifier.behind(rectifier),
                OneDnn.engine());
        program.call(
                "addition",
                new binary(description),
                ProgramBuilder.argument(dnnl.DNNL_ARG_SRC_0, first),
                ProgramBuilder.argument(dnnl.DNNL_ARG_SRC_1, second),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DST, output));
        return new Signal(output, inputs.get(0).shape(), inputs.stream().anyMatch(Signal::trained));
    }

    @Override
    public void backward(ProgramBuilder program, Gradient gradient) {
        Gradient before =
                rectifier.map(r -> r.backward(program, output, gradient)).orElse(gradient);
        Gradient shared = new Gradient(before.tensor(), 2);
        for (Signal input : inputs) {
            if (input.trained()
                    && !input.tensor().layout().equals(shared.tensor().layout())) {
                program.addGradient(input, program.in(input.tensor().layout(), shared.tensor(), "reorder gradient"));
                shared.leave();
            } else {
                program.addGradient(input, shared);
            }
        }
    }
}
