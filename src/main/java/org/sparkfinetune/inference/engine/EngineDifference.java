package org.sparkfinetune.inference.engine;

/** The difference between the results of two engines. */
public final class EngineDifference {
    private EngineDifference() {}

    /**
     * Returns the largest difference of any value, relative to the largest magnitude of the same output over all
     * pictures. A value near zero beside large ones may differ by the rounding error of the large ones.
     *
     * @param found {@code [picture][output][value]}
     * @param expected same shape
     * @return 0 when equal; infinite when shapes differ or a found value is not finite where the expected value is
     */
    public static double relative(float[][][] found, float[][][] expected) {
        if (found.length != expected.length || found[0].length != expected[0].length) {
            return Double.POSITIVE_INFINITY;
        }
        double worst = 0;
        for (int output = 0; output < expected[0].length; output++) {
            worst = Math.max(worst, ofOutput(found, expected, output));
        }
        return worst;
    }

    private static double ofOutput(float[][][] found, float[][][] expected, int output) {
        double difference = 0;
        double magnitude = 0;
        for (int picture = 0; picture < expected.length; picture++) {
            float[] left = found[picture][output];
            float[] right = expected[picture][output];
            if (left.length != right.length) {
                return Double.POSITIVE_INFINITY;
            }
            for (int i = 0; i < right.length; i++) {
                if (!Float.isFinite(left[i]) || !Float.isFinite(right[i])) {
                    return Double.POSITIVE_INFINITY;
                }
                difference = Math.max(difference, Math.abs((double) left[i] - right[i]));
                magnitude = Math.max(magnitude, Math.abs(right[i]));
            }
        }
        return difference == 0 ? 0 : difference / magnitude;
    }
}
