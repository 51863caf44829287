package org.sparkfinetune.train.round;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.network.Head;
import org.sparkfinetune.zoo.network.HeadSpec;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;
import org.sparkfinetune.zoo.network.Optimizer;
import org.sparkfinetune.zoo.network.TailNetwork;
import org.sparkfinetune.zoo.network.TailSettings;

/** Tails of the zoo's networks in full size: random weights, ten classes, Adam. */
final class LargeTails {
    static final int CLASSES = 10;
    /** A freeze point that freezes nothing. */
    static final String NONE = "none";

    private LargeTails() {}

    static ComputationGraph of(String model, String freezePoint) {
        ModelCard card = ModelZoo.card(model);
        ComputationGraph whole = Head.replace(Networks.build(card, 1), card.head(), HeadSpec.plain(CLASSES), 1);
        ComputationGraph cut = freezePoint.equals(NONE)
                ? whole
                : NetworkCut.at(whole, freezePoint).tail();
        TailSettings settings = TailSettings.of(new Optimizer(Optimizer.Kind.ADAM, 1e-5, 0.9, 0));
        String configuration =
                TailNetwork.configure(cut.getConfiguration(), settings, 1).toJson();
        ComputationGraph tail = TailNetwork.create(configuration, cut.params());
        cut.params().close();
        if (!freezePoint.equals(NONE)) {
            whole.params().close();
        }
        return tail;
    }

    /** Shapes of the tail's inputs for one example. */
    static List<long[]> inputs(String model, String freezePoint) {
        ModelCard card = ModelZoo.card(model);
        int height = card.input().height();
        int width = card.input().width();
        if (freezePoint.equals(NONE)) {
            return List.of(new long[] {3, height, width});
        }
        ComputationGraph whole = Networks.build(card, 1);
        List<long[]> shapes =
                NetworkCut.at(whole, freezePoint).boundaryShapes(InputType.convolutional(height, width, 3));
        whole.params().close();
        return shapes;
    }

    /** Examples are numbers; their content is random, and the same in every run. */
    static Batcher<Long> batcher(List<long[]> inputs) {
        List<long[]> shapes = List.copyOf(inputs);
        return minibatch -> batch(shapes, minibatch);
    }

    private static MultiDataSet batch(List<long[]> shapes, List<Long> minibatch) {
        INDArray[] features = new INDArray[shapes.size()];
        for (int i = 0; i < features.length; i++) {
            long[] shape = LongStream.concat(LongStream.of(minibatch.size()), LongStream.of(shapes.get(i)))
                    .toArray();
            features[i] = Nd4j.createFromArray(noise(shape, minibatch.get(0))).reshape(shape);
        }
        float[][] labels = new float[minibatch.size()][CLASSES];
        for (int i = 0; i < labels.length; i++) {
            labels[i][(int) (minibatch.get(i) % CLASSES)] = 1;
        }
        return new org.nd4j.linalg.dataset.MultiDataSet(features, new INDArray[] {Nd4j.createFromArray(labels)});
    }

    private static float[] noise(long[] shape, long seed) {
        float[] values = new float[(int) LongStream.of(shape).reduce(1, (a, b) -> a * b)];
        Random random = new Random(seed);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
