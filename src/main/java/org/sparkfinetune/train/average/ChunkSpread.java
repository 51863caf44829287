package org.sparkfinetune.train.average;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * How far the workers' parameters in one chunk lie from their average; found where the average is made, so that it costs
 * the driver nothing.
 *
 * @param squaredDistance weighted mean over the workers of the squared L2 distance to the average
 * @param squaredNorm squared L2 norm of the average
 */
public record ChunkSpread(double squaredDistance, double squaredNorm) {
    public static final ChunkSpread NONE = new ChunkSpread(0, 0);

    public ChunkSpread plus(ChunkSpread other) {
        return new ChunkSpread(squaredDistance + other.squaredDistance, squaredNorm + other.squaredNorm);
    }

    /** Distance relative to the norm; 0 for a single worker, and for parameters that are all 0. */
    public double relative() {
        return squaredNorm == 0 ? 0 : Math.sqrt(squaredDistance / squaredNorm);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeDouble(squaredDistance);
        out.writeDouble(squaredNorm);
    }

    static ChunkSpread read(DataInputStream in) throws IOException {
        return new ChunkSpread(in.readDouble(), in.readDouble());
    }
}
