package org.sparkfinetune.train;

import org.sparkfinetune.check.SplitMix;

/**
 * The order π(seed, epoch) of the examples in an epoch: a permutation of 0..n-1. Computing a single value of it, or of
 * its inverse, takes constant time and memory, so an executor finds the position of an example without a table of all
 * examples.
 *
 * <p>A balanced Feistel network permutes the smallest power of four that holds n; results of n and more are permuted
 * again until they fall below n (cycle walking, at most 4 steps expected). Sources: M. Luby, C. Rackoff, How to
 * Construct Pseudorandom Permutations, 1988; J. Black, P. Rogaway, Ciphers with Arbitrary Finite Domains, CT-RSA 2002.
 */
public final class EpochOrder {
    private static final int FEISTEL_ROUNDS = 8;
    private static final long MAX_EXAMPLES = 1L << 62;

    private final long examples;
    private final int halfBits;
    private final long halfMask;
    private final long[] keys = new long[FEISTEL_ROUNDS];

    /**
     * @param examples n, number of examples, 1 to 2^62
     * @param seed seed of the run
     * @param epoch number of the epoch, 1-based
     */
    public EpochOrder(long examples, long seed, int epoch) {
        if (examples < 1 || examples > MAX_EXAMPLES) {
            throw new IllegalArgumentException("examples must be 1 to 2^62, not " + examples);
        }
        this.examples = examples;
        int bits = Long.SIZE - Long.numberOfLeadingZeros(examples - 1);
        this.halfBits = Math.max(1, (bits + 1) / 2);
        this.halfMask = (1L << halfBits) - 1;
        for (int i = 0; i < FEISTEL_ROUNDS; i++) {
            keys[i] = SplitMix.seed(seed, epoch, i);
        }
    }

    /** Returns the position in the epoch, 0 to n-1, of an example, 0 to n-1. */
    public long positionOf(long example) {
        checkInRange(example);
        long value = example;
        do {
            value = encrypt(value);
        } while (value >= examples);
        return value;
    }

    /** Returns the example, 0 to n-1, at a position of the epoch, 0 to n-1; the inverse of {@link #positionOf}. */
    public long exampleAt(long position) {
        checkInRange(position);
        long value = position;
        do {
            value = decrypt(value);
        } while (value >= examples);
        return value;
    }

    private long encrypt(long value) {
        long left = value >>> halfBits;
        long right = value & halfMask;
        for (int i = 0; i < FEISTEL_ROUNDS; i++) {
            long next = left ^ scramble(right, i);
            left = right;
            right = next;
        }
        return (left << halfBits) | right;
    }

    private long decrypt(long value) {
        long left = value >>> halfBits;
        long right = value & halfMask;
        for (int i = FEISTEL_ROUNDS - 1; i >= 0; i--) {
            long previous = right ^ scramble(left, i);
            right = left;
            left = previous;
        }
        return (left << halfBits) | right;
    }

    private long scramble(long half, int round) {
        return SplitMix.mix(half ^ keys[round]) & halfMask;
    }

    private void checkInRange(long index) {
        if (index < 0 || index >= examples) {
            throw new IndexOutOfBoundsException("index " + index + " is outside 0.." + (examples - 1));
        }
    }
}
