package org.sparkfinetune.train.average;

import java.io.Serializable;

/**
 * Position of the running means and variances of one trainable batch normalization layer in the flat parameters.
 *
 * @param meanFrom index of the first mean
 * @param varianceFrom index of the first variance
 * @param channels number of means, and number of variances
 * @param logarithmic whether log10 of the standard deviation is stored instead of the variance
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
