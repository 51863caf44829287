package org.sparkfinetune.train;

import java.io.Serializable;
import java.util.List;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Makes one minibatch for the tail of a few examples. Runs on executors, and is sent there with every round: it should
 * hold little, and large things only by way of a broadcast. A minibatch is made by another thread while the one before it is
 * fitted, so it must not draw from ND4J's random numbers, which belong to the fit.
 *
 * @param <T> an example as it travels through Spark
 */
@FunctionalInterface
public interface Batcher<T> extends Serializable {
    /**
     * @param examples at least one, in the order of training
     * @return features and labels of the tail's inputs and outputs, one row an example
     */
    MultiDataSet batch(List<T> examples);
}
