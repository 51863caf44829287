package org.sparkfinetune.train.average;

/**
 * Distance of the workers' parameters from their average, in one chunk or in several. Measured where the average is
 * computed, so that it costs the driver nothing.
 *
 * @param squaredDistance squared L2 distance to the average, weighted mean over the workers
 * @param squaredNorm squared L2 norm of the average
 */
public record ChunkSpread(double squaredDistance, double squaredNorm) {
    public static final ChunkSpread NONE = new ChunkSpread(0, 0);

    public ChunkSpread plus(ChunkSpread other) {
        return new ChunkSpread(squaredDistance + other.squaredDistance, squaredNorm + other.squaredNorm);
    }

    /** Distance divided by the norm; 0 for a single worker, and if all parameters are 0. */
    public double relative() {
        return squaredNorm == 0 ? 0 : Math.sqrt(squaredDistance / squaredNorm);
    }
}
