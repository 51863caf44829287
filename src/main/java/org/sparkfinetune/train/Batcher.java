package org.sparkfinetune.train;

import java.io.Serializable;
import java.util.List;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Makes one minibatch for the tail from a few examples. Sent to executors with every round: it should be small, and
 * refer to large objects only through broadcasts. A minibatch is made by another thread during the fit of the one
 * before it, so it must not use ND4J's random numbers, which belong to the fit.
 *
 * @param <T> an example as it travels through Spark
 */
@FunctionalInterface
public interface Batcher<T> extends Serializable {
    /**
     * Makes a minibatch.
     *
     * @param examples at least one example, in the order of training
     * @return features and labels for the tail's inputs and outputs, one row per example
     */
    MultiDataSet batch(List<T> examples);
}
