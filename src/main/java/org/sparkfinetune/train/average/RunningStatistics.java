package org.sparkfinetune.train.average;

import java.io.Serializable;

/**
 * Where the running mean and variance of one trainable batch normalisation layer lie in the flat parameters.
 *
 * @param meanFrom index of the first mean
 * @param varianceFrom index of the first variance
 * @param channels number of means, and of variances
 * @param logarithmic whether the variance is kept as log10 of the standard deviation
 */
public record RunningStatistics(long meanFrom, long varianceFrom, int channels, boolean logarithmic)
        implements Serializable {
    double variance(float stored) {
        return logarithmic ? Math.pow(10.0, 2.0 * stored) : stored;
    }

    float stored(double variance) {
        return (float) (logarithmic ? 0.5 * Math.log10(variance) : variance);
    }
}
