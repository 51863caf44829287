package org.sparkfinetune.onednn;

import java.util.List;
import java.util.Optional;
import org.sparkfinetune.onednn.Signal.Gradient;

/** An activation function alone, or no operation. */
final class ActivationSteps implements VertexSteps {
    private final Optional<Rectifier> function;
    private Signal input;
    private Tensor output;

    /** @param function empty where the vertex changes nothing, or where the preceding vertex includes the function */
    ActivationSteps(Optional<Rectifier> function) {
        this.function = function;
    }

    @Override
    public Signal forward(ProgramBuilder program, List<Signal> inputs) {
        input = inputs.get(0);
        output = function.map(rectifier -> rectifier.forward(program, input.tensor()))
                .orElse(input.tensor());
        return new Signal(output, input.shape(), input.trained());
    }

    @Override
    public void backward(ProgramBuilder program, Gradient gradient) {
        if (!input.trained()) {
            gradient.leave();
            return;
        }
        program.addGradient(
                input,
                function.map(rectifier -> rectifier.backward(program, output, gradient))
                        .orElse(gradient));
    }
}
