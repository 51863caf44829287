package org.sparkfinetune.data.augment;

import org.sparkfinetune.check.SplitMix;

/**
 * The random numbers of one picture in one epoch. Each is computed from its place (seed, epoch, picture, what it is for, how
 * many were drawn for that before), so neither partitions, executors and threads nor other augmentations have a say in it.
 * For one thread.
 */
public final class Draws {
    private static final double TWO_TO_MINUS_53 = 0x1p-53;

    private final long place;
    private long drawn;

    private Draws(long place) {
        this.place = place;
    }

    /** What numbers are drawn for. The order is part of what makes a run repeatable: new ones go to the end. */
    enum Purpose {
        CROP,
        FLIP,
        ROTATION,
        COLOUR,
        ERASING,
        MIXING
    }

    /**
     * At the beginning.
     *
     * @param seed of the run
     * @param epoch 1-based
     * @param picture tells it from all others
     */
    public static Draws of(long seed, int epoch, long picture) {
        return new Draws(SplitMix.seed(seed, epoch, picture));
    }

    /** The numbers for one purpose, at their beginning. */
    Draws of(Purpose purpose) {
        return new Draws(SplitMix.seed(place, purpose.ordinal()));
    }

    /** 64 random bits. */
    long bits() {
        return SplitMix.seed(place, drawn++);
    }

    /** 0 or more, below 1. */
    double uniform() {
        return (bits() >>> 11) * TWO_TO_MINUS_53;
    }

    /** {@code from} or more, below {@code to}; {@code from} when both are the same. */
    double between(double from, double to) {
        return from + (to - from) * uniform();
    }

    /** Around 1 on a logarithmic scale: 1/most to most. */
    double factor(double most) {
        return Math.exp(between(-Math.log(most), Math.log(most)));
    }

    /** True in that share of cases. */
    boolean chance(double probability) {
        return uniform() < probability;
    }

    /**
     * Of the distribution Beta(alpha, alpha), by Jöhnk's method (Metrika 8, 1964).
     *
     * @param alpha above 0, at most 1; 1 is the uniform distribution, smaller values prefer the ends
     */
    double beta(double alpha) {
        while (true) {
            double x = Math.pow(uniform(), 1 / alpha);
            double y = Math.pow(uniform(), 1 / alpha);
            // Both vanish when alpha is tiny.
            if (x + y > 0 && x + y <= 1) {
                return x / (x + y);
            }
        }
    }
}
