package org.sparkfinetune.train;

/**
 * The consecutive positions of an epoch that one worker fits in one round.
 *
 * @param from first position, 0-based
 * @param length number of examples, 0 for a worker that has nothing to do in a short last round
 */
public record Slice(long from, int length) {
    /** The position after the last. */
    public long to() {
        return from + length;
    }

    /** How many minibatches the slice makes; the last may be smaller. */
    public int batches(int batchSize) {
        return (int) (((long) length + batchSize - 1) / batchSize);
    }
}
