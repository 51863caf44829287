package org.sparkfinetune.onednn;

import java.util.List;

/** What a vertex of a graph does in a program. One object for each vertex and program: it remembers its tensors. */
interface VertexSteps {
    /**
     * Adds the steps of the forward pass.
     *
     * @param inputs of the vertex, in its order
     * @throws NotCompilable for a setting that is not known here
     */
    Signal forward(ProgramBuilder program, List<Signal> inputs);

    /**
     * Adds the steps of the backward pass, which only a program that trains has, and which give gradients to the inputs; those of the parameters go to their places.
     *
     * @param gradient of the loss by the output, its layout that of the output's tensor; to be left when it has been read
     */
    void backward(ProgramBuilder program, Signal.Gradient gradient);
}
