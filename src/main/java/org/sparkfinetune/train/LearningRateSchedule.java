package org.sparkfinetune.train;

import java.io.Serializable;

/**
 * The factor of every layer's learning rate in the course of a training. It depends on the number of examples seen, not
 * on rounds or iterations. So the same examples are trained at the same rate for all numbers of workers and
 * minibatches.
 *
 * <p>Minibatch j of a round has the same rate on all workers: the rate after the examples of all earlier rounds and of
 * minibatches 0 to j-1 of all workers. The workers of a round act like one machine with minibatches of W·b. Sent to
 * executors with every round.
 */
@FunctionalInterface
public interface LearningRateSchedule extends Serializable {
    /** The configured rate of each layer. */
    LearningRateSchedule CONSTANT = examplesSeen -> 1.0;

    /**
     * Returns the factor for a minibatch.
     *
     * @param examplesSeen examples trained before the minibatch, since the beginning of epoch 1, 0 or more
     * @return 0 or more; the same for the same argument on every machine
     */
    double factor(long examplesSeen);
}
