package org.sparkfinetune.onednn;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.onednn.ProgramBuilder.Array;
import org.sparkfinetune.onednn.Signal.Gradient;

/**
 * Deeplearning4j's own output layer. In training it does preprocessing, activation, loss, and the gradient of its
 * parameters. In inference it only receives its input; the caller of the program asks the layer for its output.
 */
final class LossSteps implements VertexSteps {
    private final GraphVertex vertex;
    private final boolean channelsLast;

    /** @param graph graph whose output layer has its labels when the program runs */
    LossSteps(ComputationGraph graph, String name, boolean channelsLast) {
        this.vertex = graph.getVertex(name);
        this.channelsLast = channelsLast;
    }

    @Override
    public Signal forward(ProgramBuilder program, List<Signal> inputs) {
        Signal input = inputs.get(0);
        Array numbers = program.plainArray(input, channelsLast);
        program.copy(input.tensor(), numbers.tensor(), "reorder input");
        if (!program.trains()) {
            program.call(
                    "output",
                    () -> vertex.setInput(0, numbers.array(), LayerWorkspaceMgr.noWorkspaces()),
                    numbers.tensor());
            return input;
        }
        Array gradient = program.plainArray(input, channelsLast);
        program.call(
                "loss",
                () -> {
                    LayerWorkspaceMgr nowhere = LayerWorkspaceMgr.noWorkspaces();
                    vertex.setInput(0, numbers.array(), nowhere);
                    INDArray found = vertex.doBackward(false, nowhere).getSecond()[0];
                    gradient.array().assign(found);
                },
                numbers.tensor(),
                gradient.tensor());
        if (input.trained()) {
            program.addGradient(input, program.in(input.tensor().layout(), gradient.tensor(), "reorder gradient"));
        }
        return new Signal(gradient.tensor(), input.shape(), true);
    }

    @Override
    public void backward(ProgramBuilder program, Gradient gradient) {
        throw new UnsupportedOperationException("the loss takes no gradient");
    }
}
