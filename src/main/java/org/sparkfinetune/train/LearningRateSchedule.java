package org.sparkfinetune.train;

import java.io.Serializable;

/**
 * By what the learning rate of every layer is multiplied, as the training goes on. It follows examples, not rounds or
 * iterations, so the same examples are trained at the same rate whatever the numbers of workers and minibatches are.
 *
 * <p>Minibatch j of a round, the same for all workers, is trained at the rate that holds after the examples of the earlier
 * rounds and of minibatches 0 to j-1 of all workers: the workers of a round stand for one machine with minibatches of W·b.
 * Sent to executors with every round.
 */
@FunctionalInterface
public interface LearningRateSchedule extends Serializable {
    /** The rate of each layer's updater, as it is configured. */
    LearningRateSchedule CONSTANT = examplesSeen -> 1.0;

    /**
     * @param examplesSeen since the beginning of epoch 1, before the minibatch, 0 or more
     * @return 0 or more; the same for the same argument, on every machine
     */
    double factor(long examplesSeen);
}
