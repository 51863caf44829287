package org.sparkfinetune.train;

import java.io.Serializable;

/**
 * What decides the result of a training beside the data and the tail: the same plan and examples give the same bits.
 *
 * @param seed of the order of examples and of dropout
 * @param workers W, slices trained side by side in a round, at least 1; not the number of executors, which changes only
 *     the speed
 * @param batchSizePerWorker b, examples in a worker's minibatch, at least 1
 * @param averagingFrequency f, minibatches that a worker fits between two averagings, at least 1
 */
public record TrainingPlan(long seed, int workers, int batchSizePerWorker, int averagingFrequency)
        implements Serializable {
    public TrainingPlan {
        // The checks are those of an epoch, with the smallest number of examples.
        new RoundPlan(1, workers, batchSizePerWorker, averagingFrequency);
    }

    /** How an epoch of n examples is dealt. */
    public RoundPlan rounds(long examples) {
        return new RoundPlan(examples, workers, batchSizePerWorker, averagingFrequency);
    }
}
