package org.sparkfinetune.onednn;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.onednn.ProgramBuilder.Array;
import org.sparkfinetune.onednn.Signal.Gradient;

/** A vertex run by Deeplearning4j, between vertices run by oneDNN: only for small inputs, like most of a head. */
final class ForeignSteps implements VertexSteps {
    private final ComputationGraph graph;
    private final String name;
    private final boolean channelsLast;

    private List<Signal> inputs;
    private Array output;

    ForeignSteps(ComputationGraph graph, String name, boolean channelsLast) {
        this.graph = graph;
        this.name = name;
        this.channelsLast = channelsLast;
    }

    /** Whether these inputs are small enough. */
    static boolean suits(List<Signal> inputs) {
        return inputs.stream().allMatch(input -> !input.isPictures() || input.shape()[2] == 1 && input.shape()[3] == 1);
    }

    @Override
    public Signal forward(ProgramBuilder program, List<Signal> signals) {
        inputs = List.copyOf(signals);
        List<Array> arrays = new ArrayList<>();
        for (Signal input : inputs) {
            Array array = program.plainArray(input, channelsLast);
            program.copy(input.tensor(), array.tensor(), "reorder input");
            arrays.add(array);
        }
        long[] shape = outputShape();
        output = program.plainArray(shape, channelsLast);
        GraphVertex vertex = graph.getVertex(name);
        boolean trains = program.trains();
        program.call(
                "by Deeplearning4j",
                () -> {
                    LayerWorkspaceMgr nowhere = LayerWorkspaceMgr.noWorkspaces();
                    for (int i = 0; i < arrays.size(); i++) {
                        vertex.setInput(i, arrays.get(i).array(), nowhere);
                    }
                    output.array().assign(vertex.doForward(trains, nowhere));
                },
                output.tensor());
        boolean trained = vertex.hasLayer() && vertex.getLayer().numParams() > 0
                || inputs.stream().anyMatch(Signal::trained);
        return new Signal(output.tensor(), shape, trained);
    }

    @Override
    public void backward(ProgramBuilder program, Gradient gradient) {
        GraphVertex vertex = graph.getVertex(name);
        Array incoming = program.plainArray(outputShape(), channelsLast);
        program.copy(gradient.tensor(), incoming.tensor(), "reorder gradient");
        gradient.leave();
        List<Array> outgoing = inputs.stream()
                .map(input -> program.plainArray(input, channelsLast))
                .toList();
        program.call(
                "by Deeplearning4j, backward",
                () -> {
                    vertex.setEpsilon(incoming.array());
                    INDArray[] found = vertex.doBackward(false, LayerWorkspaceMgr.noWorkspaces())
                            .getSecond();
                    for (int i = 0; i < found.length; i++) {
                        outgoing.get(i).array().assign(found[i]);
                    }
                },
                incoming.tensor());
        for (int i = 0; i < inputs.size(); i++) {
            Signal input = inputs.get(i);
            if (input.trained()) {
                program.addGradient(
                        input,
                        program.in(input.tensor().layout(), outgoing.get(i).tensor(), "reorder gradient"));
            }
        }
    }

    private long[] outputShape() {
        long examples = inputs.get(0).shape()[0];
        InputType[] types = inputs.stream()
                .map(input -> input.isPictures()
                        ? InputType.convolutional(
                                input.shape()[2],
                                input.shape()[3],
                                input.shape()[1],
                                channelsLast ? CNN2DFormat.NHWC : CNN2DFormat.NCHW)
                        : InputType.feedForward(input.shape()[1]))
                .toArray(InputType[]::new);
        InputType type = graph.getConfiguration().getVertices().get(name).getOutputType(0, types);
        if (type instanceof InputType.InputTypeFeedForward vectors) {
            return new long[] {examples, vectors.getSize()};
        }
        if (type instanceof InputType.InputTypeConvolutional pictures) {
            return new long[] {examples, pictures.getChannels(), pictures.getHeight(), pictures.getWidth()};
        }
        throw new NotCompilable(name, "an output of type " + type);
    }
}
