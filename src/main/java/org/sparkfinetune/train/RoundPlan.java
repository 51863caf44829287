package org.sparkfinetune.train;

import java.io.Serializable;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * Assigns the n positions of an epoch to rounds and workers. A round takes the next W·b·f positions, the last round the
 * rest. The positions of a round go to the W workers in contiguous slices whose lengths differ by at most one, longer
 * slices first. So every position is in exactly one slice, for all n, W, b and f. Rounds and workers are 0-based here.
 *
 * @param examples n, at least 1
 * @param training number of workers, minibatch size and averaging frequency
 */
public record RoundPlan(long examples, TrainingPlan training) implements Serializable {
    /** @throws InvalidRequestException if the epoch has no examples, or more slices than an int can number */
    public RoundPlan {
        if (examples < 1) {
            throw new InvalidRequestException("training examples", "must be at least 1, not " + examples);
        }
        long partitions = rounds(examples, training) * training.workers();
        if (partitions > Integer.MAX_VALUE) {
            throw new InvalidRequestException(
                    "training.averagingFrequency",
                    training.averagingFrequency() + " makes " + partitions + " slices of an epoch of " + examples
                            + " examples; at most " + Integer.MAX_VALUE + " are possible: raise averagingFrequency or"
                            + " batchSizePerWorker");
        }
    }

    /** W, workers of each round. */
    public int workers() {
        return training.workers();
    }

    /** Rounds of the epoch, each ending with one averaging. */
    public int rounds() {
        return (int) rounds(examples, training);
    }

    /** Slices of the epoch, including empty ones of the last round: rounds · W. */
    public int partitions() {
        return rounds() * workers();
    }

    /** Number of the slice of a worker in a round, among all slices of the epoch. */
    int partition(int round, int worker) {
        return round * workers() + worker;
    }

    /** Number of the slice that contains a position, 0 to n-1. */
    public int partitionOf(long position) {
        int round = (int) (position / training.examplesPerRound());
        long offset = position % training.examplesPerRound();
        long length = roundLength(round);
        long shorter = length / workers();
        long inLonger = (length % workers()) * (shorter + 1);
        long worker = offset < inLonger ? offset / (shorter + 1) : length % workers() + (offset - inLonger) / shorter;
        return partition(round, (int) worker);
    }

    /** The positions that a worker fits in a round. */
    public EpochSlice slice(int round, int worker) {
        long length = roundLength(round);
        long shorter = length / workers();
        long longer = length % workers();
        long from = round * training.examplesPerRound() + worker * shorter + Math.min(worker, longer);
        return new EpochSlice(from, (int) (worker < longer ? shorter + 1 : shorter));
    }

    private long roundLength(int round) {
        return Math.min(training.examplesPerRound(), examples - round * training.examplesPerRound());
    }

    private static long rounds(long examples, TrainingPlan training) {
        return (examples - 1) / training.examplesPerRound() + 1;
    }
}
