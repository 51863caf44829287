package org.sparkfinetune.jobs;

import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkfinetune.config.Key;

/**
 * How the tail is trained. One round takes {@code workers · batchSizePerWorker · averagingFrequency} examples; after it the
 * workers' parameters are averaged.
 */
public record TrainingOptions(
        @Key(value = "Passes over the training split", defaultValue = "30", min = 1, max = 100000)
        int epochs,

        @Key(value = "Examples in a worker's minibatch", defaultValue = "16", min = 1, max = 65536)
        int batchSizePerWorker,

        @Key(value = "Minibatches a worker fits between two averagings", defaultValue = "1", min = 1, max = 100000)
        int averagingFrequency,

        @Key(
                value =
                        "Parts trained side by side; part of the result's identity: the same seed and workers give the same bits",
                defaultValue = "2",
                min = 1,
                max = 65536)
        int workers,

        @Key(value = "Step size of the optimiser", defaultValue = "0.001", min = 0, max = 1e6)
        double learningRate,

        @Key(value = "Optimiser", defaultValue = "adam") Updater updater) {

    /** The optimisers. */
    public enum Updater {
        ADAM,
        MOMENTUM,
        SGD
    }

    TrainingOptions withEpochs(int otherEpochs) {
        return new TrainingOptions(otherEpochs, batchSizePerWorker, averagingFrequency, workers, learningRate, updater);
    }

    /** Deeplearning4j's object for the optimiser. */
    IUpdater dl4jUpdater() {
        return switch (updater) {
            case ADAM -> new Adam(learningRate);
            case MOMENTUM -> new Nesterovs(learningRate, 0.9);
            case SGD -> new Sgd(learningRate);
        };
    }
}
