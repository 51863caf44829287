package org.sparkfinetune.jobs.examples;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.zoo.network.HeadSpec;

/**
 * Makes minibatches of the tail from trunk activations.
 *
 * @param shapes shape of each boundary vertex for one picture
 * @param head head that gives the targets
 */
public record ActivationBatcher(List<long[]> shapes, HeadSpec head) implements Batcher<LabelledActivations> {
    @Override
    public org.nd4j.linalg.dataset.api.MultiDataSet batch(List<LabelledActivations> examples) {
        INDArray[] features = IntStream.range(0, shapes.size())
                .mapToObj(vertex -> features(examples, vertex))
                .toArray(INDArray[]::new);
        int[] labels = examples.stream().mapToInt(LabelledActivations::label).toArray();
        return new MultiDataSet(features, new INDArray[] {head.targets(labels)});
    }

    private INDArray features(List<LabelledActivations> examples, int vertex) {
        int floats = (int) LongStream.of(shapes.get(vertex)).reduce(1, (a, b) -> a * b);
        float[] values = new float[examples.size() * floats];
        for (int i = 0; i < examples.size(); i++) {
            examples.get(i).floats(vertex).get(values, i * floats, floats);
        }
        long[] shape = LongStream.concat(LongStream.of(examples.size()), LongStream.of(shapes.get(vertex)))
                .toArray();
        return Nd4j.create(values, shape, 'c');
    }
}
