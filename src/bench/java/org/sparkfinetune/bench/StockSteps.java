package org.sparkfinetune.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Steps of a training as Deeplearning4j's documentation has them made, for {@code scripts/bench train}: the whole
 * network, its layers frozen by {@link TransferLearning}, and {@link ComputationGraph#fit}. Whether layers use oneDNN
 * is a system property.
 */
public final class StockSteps {
    private StockSteps() {}

    /**
     * @param arguments case, name of the peer, steps that are not counted, steps, file that measurements are added to
     */
    public static void main(String[] arguments) throws IOException {
        TrainingCase one = TrainingCase.parse(arguments[0]);
        int warmUp = Integer.parseInt(arguments[2]);
        ComputationGraph graph = graph(one);
        DataSet minibatch = new DataSet(
                one.randomPictures(),
                TrainingCase.HEAD.targets(
                        IntStream.range(0, one.batch()).map(TrainingCase::label).toArray()));
        double[] seconds = new double[Integer.parseInt(arguments[3])];
        for (int i = -warmUp; i < seconds.length; i++) {
            long start = System.nanoTime();
            graph.fit(minibatch);
            if (i >= 0) {
                seconds[i] = (System.nanoTime() - start) / 1e9;
            }
        }
        Measurement.steps(one, arguments[1], seconds).addTo(Path.of(arguments[4]));
    }

    private static ComputationGraph graph(TrainingCase one) {
        TransferLearning.GraphBuilder builder = new TransferLearning.GraphBuilder(one.network())
                .fineTuneConfiguration(new FineTuneConfiguration.Builder()
                        .seed(TrainingCase.SEED)
                        .updater(TrainingCase.OPTIMIZER.updater(1))
                        .build());
        if (!one.freezesNothing()) {
            builder.setFeatureExtractor(one.freezeUpTo());
        }
        return builder.build();
    }
}
