package org.sparkfinetune.data.augment;

import org.sparkfinetune.check.SplitMix;

/**
 * The random numbers of one picture in one epoch. Each is computed from its place: seed, epoch, picture, purpose, and
 * how many were drawn for that purpose before. So it depends neither on partitions, executors and threads nor on other
 * augmentations. For one thread.
 */
public final class AugmentationRandom {
    private static final double TWO_TO_MINUS_53 = 0x1p-53;

    private final long place;
    private long drawn;

    private AugmentationRandom(long place) {
        this.place = place;
    }

    /** The purposes of random numbers. Runs are repeatable only when their order stays: new ones go to the end. */
    enum Purpose {
        CROP,
        FLIP,
        ROTATION,
        COLOUR,
        ERASING,
        MIXING
    }

    /**
     * Returns the random numbers of one picture, at their beginning.
     *
     * @param seed seed of the run
     * @param epoch 1-based
     * @param picture unique number of the picture
     */
    public static AugmentationRandom of(long seed, int epoch, long picture) {
        return new AugmentationRandom(SplitMix.seed(seed, epoch, picture));
    }

    /** Returns the random numbers for one purpose, at their beginning. */
    AugmentationRandom of(Purpose purpose) {
        return new AugmentationRandom(SplitMix.seed(place, purpose.ordinal()));
    }

    /** Returns 64 random bits. */
    long bits() {
        return SplitMix.seed(place, drawn++);
    }

    /** Returns a number from 0, inclusive, to 1, exclusive. */
    double uniform() {
        return (bits() >>> 11) * TWO_TO_MINUS_53;
    }

    /** Returns a number from {@code from}, inclusive, to {@code to}, exclusive; {@code from} when both are equal. */
    double between(double from, double to) {
        return from + (to - from) * uniform();
    }

    /** Returns a factor from 1/most to most, uniform on a logarithmic scale. */
    double factor(double most) {
        return Math.exp(between(-Math.log(most), Math.log(most)));
    }

    /** Returns true with that probability. */
    boolean chance(double probability) {
        return uniform() < probability;
    }

    /**
     * Returns a number of the distribution Beta(alpha, alpha), by Jöhnk's method (Metrika 8, 1964).
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
