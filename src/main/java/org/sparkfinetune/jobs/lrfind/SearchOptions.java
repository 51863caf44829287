package org.sparkfinetune.jobs.lrfind;

import java.util.List;
import java.util.stream.IntStream;
import org.sparkfinetune.config.Key;

/** The learning rates to try, and for how long. */
record SearchOptions(
        @Key(value = "Lowest learning rate", defaultValue = "0.00001", min = 1e-12, max = 1e6)
        double from,

        @Key(value = "Highest learning rate", defaultValue = "1", min = 1e-12, max = 1e6)
        double to,

        @Key(
                value = "Number of rates, each larger than the one before by the same factor",
                defaultValue = "11",
                min = 2,
                max = 1000)
        int candidates,

        @Key(
                value = "Number of minibatches for each rate, of training.workers times batchSizePerWorker examples",
                defaultValue = "60",
                min = 1,
                max = 1e6)
        int steps) {

    public SearchOptions {
        if (from >= to) {
            throw new IllegalArgumentException("from is " + from + " and to is " + to + "; from must be below to");
        }
    }

    /** The rates, lowest first. */
    List<Double> rates() {
        return IntStream.range(0, candidates)
                .mapToObj(i -> from * StrictMath.pow(to / from, i / (candidates - 1.0)))
                .toList();
    }
}
