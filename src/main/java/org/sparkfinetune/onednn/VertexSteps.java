package org.sparkfinetune.onednn;

import java.util.List;

/** The steps of a graph's vertex in a program. One object for each vertex and program: it remembers its tensors. */
interface VertexSteps {
    /**
     * Adds the steps of the forward pass.
     *
     * @param inputs of the vertex, in its order
     * @throws NotCompilable for an unsupported setting
     */
    Signal forward(ProgramBuilder program, List<Signal> inputs);

    /**
     * Adds the steps of the backward pass, for a program that trains. They add gradients to the inputs, and write the
     * gradients of the parameters to their places.
     *
     * @param gradient gradient of the loss with respect to the output, in the layout of the output's tensor; to be
     *     released after reading
     */
    void backward(ProgramBuilder program, Signal.Gradient gradient);
}
