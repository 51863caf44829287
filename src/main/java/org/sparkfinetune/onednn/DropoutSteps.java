package org.sparkfinetune.onednn;

import java.util.List;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.sparkfinetune.onednn.ProgramBuilder.Array;
import org.sparkfinetune.onednn.Signal.Gradient;

/** Deeplearning4j's own dropout, with its random numbers, before the operation of a layer. */
final class DropoutSteps implements VertexSteps {
    private final ComputationGraph graph;
    private final IDropout dropout;
    private final VertexSteps behind;
    private final boolean channelsLast;

    private Signal input;
    private Signal dropped;

    DropoutSteps(ComputationGraph graph, IDropout dropout, VertexSteps behind, boolean channelsLast) {
        this.graph = graph;
        this.dropout = dropout;
        this.behind = behind;
        this.channelsLast = channelsLast;
    }

    @Override
    public Signal forward(ProgramBuilder program, List<Signal> inputs) {
        input = inputs.get(0);
        Array numbers = plain(program);
        program.copy(input.tensor(), numbers.tensor(), "reorder input");
        program.call(
                "dropout",
                () -> dropout.applyDropout(
                        numbers.array(), numbers.array(), iteration(), epoch(), LayerWorkspaceMgr.noWorkspaces()),
                numbers.tensor());
        dropped = new Signal(numbers.tensor(), input.shape(), input.trained());
        return behind.forward(program, List.of(dropped));
    }

    @Override
    public void backward(ProgramBuilder program, Gradient gradient) {
        behind.backward(program, gradient);
        if (!input.trained()) {
            return;
        }
        Array numbers = plain(program);
        program.copy(dropped.gradient().tensor(), numbers.tensor(), "reorder gradient");
        dropped.gradient().leave();
        program.call(
                "dropout backward",
                () -> {
                    dropout.backprop(numbers.array(), numbers.array(), iteration(), epoch());
                    dropout.clear();
                },
                numbers.tensor());
        program.addGradient(input, program.in(input.tensor().layout(), numbers.tensor(), "reorder gradient"));
    }

    private Array plain(ProgramBuilder program) {
        return program.plainArray(input, channelsLast);
    }

    private int iteration() {
        return graph.getIterationCount();
    }

    private int epoch() {
        return graph.getEpochCount();
    }
}
