package org.sparkfinetune.train.round;

import java.io.Serializable;
import org.sparkfinetune.check.SplitMix;
import org.sparkfinetune.train.LearningRateSchedule;
import org.sparkfinetune.train.RoundPlan;
import org.sparkfinetune.train.Slice;
import org.sparkfinetune.train.average.VectorLayout;

/**
 * One round as its workers need to know it.
 *
 * @param plan of the epoch
 * @param layout of the vector to send
 * @param seed of the run
 * @param epoch 1-based
 * @param round 0-based
 * @param schedule of the learning rate
 */
record RoundTask(RoundPlan plan, VectorLayout layout, long seed, int epoch, int round, LearningRateSchedule schedule)
        implements Serializable {
    Slice slice(int worker) {
        return plan.slice(round, worker);
    }

    /**
     * The factor of the learning rate for a minibatch, the same for all workers, as if they were one machine with
     * minibatches of W·b.
     *
     * @param offset of the minibatch's first example in the slice
     */
    double learningRateFactor(int offset) {
        long before = (epoch - 1L) * plan.examples() + plan.slice(round, 0).from();
        return schedule.factor(before + (long) offset * plan.workers());
    }

    /** For ND4J's random numbers (dropout): the same place in the training, the same numbers. */
    long seed(int worker) {
        return SplitMix.seed(seed, epoch, round, worker);
    }
}
