package org.sparkfinetune.train;

import java.io.Serializable;

/**
 * One round as its workers need to know it.
 *
 * @param plan of the epoch
 * @param layout of the vector to send
 * @param seed of the run
 * @param epoch 1-based
 * @param round 0-based
 */
record RoundTask(RoundPlan plan, VectorLayout layout, long seed, int epoch, int round) implements Serializable {
    Slice slice(int worker) {
        return plan.slice(round, worker);
    }

    /** For ND4J's random numbers (dropout): the same place in the training, the same numbers. */
    long seed(int worker) {
        return SplitMix.seed(seed, epoch, round, worker);
    }
}
