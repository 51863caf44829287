package org.sparkfinetune.inference.engine;

import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.zoo.card.Preprocessing;

/** Runs a network with Deeplearning4j. */
public final class Dl4jEngine implements InferenceEngine {
    private final ComputationGraph graph;
    private final Preprocessing input;

    /**
     * @param graph network with one input of {@code [n, 3, height, width]} whose outputs are the requested activations;
     *     must not be used elsewhere
     */
    public Dl4jEngine(ComputationGraph graph, Preprocessing input) {
        this.graph = graph;
        this.input = input;
    }

    @Override
    public float[][][] forward(float[] pixels, int count) {
        float[] used = pixels.length == count * input.floats() ? pixels : Arrays.copyOf(pixels, count * input.floats());
        try (INDArray batch = Nd4j.create(used, new long[] {count, 3, input.height(), input.width()}, 'c')) {
            INDArray[] outputs = graph.output(false, batch);
            float[][][] activations = new float[count][outputs.length][];
            for (int layer = 0; layer < outputs.length; layer++) {
                split(outputs[layer], count, activations, layer);
            }
            return activations;
        }
    }

    /** Copies in bulk: element access through ND4J costs more than some layers. */
    private static void split(INDArray output, int count, float[][][] activations, int layer) {
        float[] values = output.dup('c').data().asFloat();
        int size = values.length / count;
        for (int picture = 0; picture < count; picture++) {
            activations[picture][layer] = Arrays.copyOfRange(values, picture * size, (picture + 1) * size);
        }
    }
}
