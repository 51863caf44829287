package org.sparkfinetune.check;

/**
 * The finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014): turns
 * a few numbers that name a place into one well-mixed seed, the same on every machine. All repeatable random numbers
 * come from here, determined by their place and not by the order in which they are requested.
 */
public final class SplitMix {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private SplitMix() {}

    /** One bijective mixing step. */
    public static long mix(long value) {
        long z = value + GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Returns a seed for the place that the numbers name; another order of the numbers is another place. */
    public static long seed(long... place) {
        long mixed = 0;
        for (long part : place) {
            mixed = mix(mixed ^ part);
        }
        return mixed;
    }
}
