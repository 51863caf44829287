package org.sparkfinetune.train;

/**
 * The consecutive positions of an epoch that one worker fits in one round.
 *
 * @param from first position, 0-based
 * @param length number of examples; 0 for a worker without examples in a short last round
 */
public record EpochSlice(long from, int length) {
    /** The position after the last one. */
    public long to() {
        return from + length;
    }
}
