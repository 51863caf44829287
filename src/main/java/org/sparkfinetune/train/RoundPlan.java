package org.sparkfinetune.train;

import java.io.Serializable;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * How the n positions of an epoch are dealt to rounds and workers. A round takes the next W·b·f positions, the last round
 * what is left; its positions go to the W workers in contiguous slices whose lengths differ by at most one, the longer
 * ones first. So every position is in exactly one slice, whatever n, W, b and f are. Rounds and workers are 0-based here.
 *
 * @param examples n, at least 1
 * @param workers W, at least 1
 * @param batchSizePerWorker b, examples in a minibatch, at least 1
 * @param averagingFrequency f, minibatches that a worker fits between two averagings, at least 1
 */
public record RoundPlan(long examples, int workers, int batchSizePerWorker, int averagingFrequency)
        implements Serializable {
    public RoundPlan {
        require("training examples", examples);
        require("training.workers", workers);
        require("training.batchSizePerWorker", batchSizePerWorker);
        require("training.averagingFrequency", averagingFrequency);
        long perRound = perRound(workers, batchSizePerWorker, averagingFrequency);
        long partitions = rounds(examples, perRound) * workers;
        if (partitions > Integer.MAX_VALUE) {
            throw new InvalidRequestException(
                    "training.averagingFrequency",
                    averagingFrequency + " makes " + partitions + " slices of an epoch of " + examples
                            + " examples; at most " + Integer.MAX_VALUE + " are possible: raise averagingFrequency or"
                            + " batchSizePerWorker");
        }
    }

    /** Averagings in an epoch. */
    public int rounds() {
        return (int) rounds(examples, perRound());
    }

    /** Slices of the epoch, empty ones of the last round included: rounds · W. */
    public int partitions() {
        return rounds() * workers;
    }

    /** The number that the slice of a worker in a round has among all slices of the epoch. */
    public int partition(int round, int worker) {
        return round * workers + worker;
    }

    /** The number of the slice that holds a position, 0 to n-1. */
    public int partitionOf(long position) {
        int round = (int) (position / perRound());
        long offset = position % perRound();
        long length = roundLength(round);
        long shorter = length / workers;
        long inLonger = (length % workers) * (shorter + 1);
        long worker = offset < inLonger ? offset / (shorter + 1) : length % workers + (offset - inLonger) / shorter;
        return partition(round, (int) worker);
    }

    /** What a worker fits in a round. */
    public Slice slice(int round, int worker) {
        long length = roundLength(round);
        long shorter = length / workers;
        long longer = length % workers;
        long from = round * perRound() + worker * shorter + Math.min(worker, longer);
        return new Slice(from, (int) (worker < longer ? shorter + 1 : shorter));
    }

    private long roundLength(int round) {
        return Math.min(perRound(), examples - round * perRound());
    }

    private long perRound() {
        return perRound(workers, batchSizePerWorker, averagingFrequency);
    }

    private static long perRound(int workers, int batchSize, int frequency) {
        long perWorker = (long) batchSize * frequency;
        if (perWorker > Integer.MAX_VALUE) {
            throw new InvalidRequestException(
                    "training.averagingFrequency",
                    frequency + " times batchSizePerWorker " + batchSize + " is more than " + Integer.MAX_VALUE
                            + " examples a worker and round; lower one of them");
        }
        return perWorker * workers;
    }

    private static long rounds(long examples, long perRound) {
        return (examples - 1) / perRound + 1;
    }

    private static void require(String key, long value) {
        if (value < 1) {
            throw new InvalidRequestException(key, "must be at least 1, not " + value);
        }
    }
}
