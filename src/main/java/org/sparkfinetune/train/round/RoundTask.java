package org.sparkfinetune.train.round;

import java.io.Serializable;
import org.sparkfinetune.check.SplitMix;
import org.sparkfinetune.train.EpochSlice;
import org.sparkfinetune.train.LearningRateSchedule;
import org.sparkfinetune.train.RoundPlan;
import org.sparkfinetune.train.average.VectorLayout;

/**
 * A round as its workers need to know it.
 *
 * @param plan plan of the epoch
 * @param layout layout of the vector that each worker sends
 * @param epoch number of the epoch, 1-based
 * @param round number of the round, 0-based
 * @param schedule learning rate over the whole training
 */
record RoundTask(RoundPlan plan, VectorLayout layout, int epoch, int round, LearningRateSchedule schedule)
        implements Serializable {
    /** Another round of the same epoch. */
    RoundTask ofRound(int other) {
        return new RoundTask(plan, layout, epoch, other, schedule);
    }

    EpochSlice slice(int worker) {
        return plan.slice(round, worker);
    }

    /**
     * Factor of the learning rate for a minibatch: the same for all workers, as if they were one machine with
     * minibatches of W·b.
     *
     * @param offset position of the minibatch's first example in the slice, 0-based
     */
    double learningRateFactor(int offset) {
        long before = (epoch - 1L) * plan.examples() + plan.slice(round, 0).from();
        return schedule.factor(before + (long) offset * plan.workers());
    }

    /** Seed of ND4J's random numbers (dropout): the same numbers at the same place in the training. */
    long seed(int worker) {
        return SplitMix.seed(plan.training().seed(), epoch, round, worker);
    }
}
