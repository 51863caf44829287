package org.sparkfinetune.features;

/**
 * Reduction of an output with a value for each position of a grid: {@code channels · height · width} floats, channels
 * first.
 */
public enum Pooling {
    /** Mean of each channel. */
    AVG {
        @Override
        double pool(float[] values, int from, int until) {
            double sum = 0;
            for (int i = from; i < until; i++) {
                sum += values[i];
            }
            return sum / (until - from);
        }
    },
    /** Largest value of each channel. */
    MAX {
        @Override
        double pool(float[] values, int from, int until) {
            double largest = values[from];
            for (int i = from + 1; i < until; i++) {
                largest = Math.max(largest, values[i]);
            }
            return largest;
        }
    },
    /**
     * Generalized mean of each channel with p = 3; values below 1e-6 count as 1e-6 (Radenović et al. 2018,
     * arXiv:1711.02512).
     */
    GEM {
        @Override
        double pool(float[] values, int from, int until) {
            double sum = 0;
            for (int i = from; i < until; i++) {
                double value = Math.max(values[i], SMALLEST);
                sum += value * value * value;
            }
            return Math.cbrt(sum / (until - from));
        }
    },
    /** Every value, channel after channel. */
    FLATTEN {
        @Override
        double pool(float[] values, int from, int until) {
            throw new IllegalStateException("nothing is pooled");
        }
    };

    private static final double SMALLEST = 1e-6;

    abstract double pool(float[] values, int from, int until);

    /**
     * @param activations {@code channels · positions} values, channels first
     * @return {@code channels} values, or the same array where there is nothing to pool
     */
    public float[] of(float[] activations, int channels) {
        int places = activations.length / channels;
        if (this == FLATTEN || places == 1) {
            return activations;
        }
        float[] pooled = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            pooled[channel] = (float) pool(activations, channel * places, (channel + 1) * places);
        }
        return pooled;
    }
}
