package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * How far the workers' parameters in one chunk lie from their average; found where the average is made, so that it costs
 * 16 bytes a chunk on the way to the driver.
 *
 * @param squaredDistance weighted mean over the workers of the squared L2 distance to the average
 * @param squaredNorm squared L2 norm of the average
 */
record ChunkSpread(double squaredDistance, double squaredNorm) {
    /** Stands where the number of a chunk stands for its averages. */
    static final int KEY = -2;

    static final ChunkSpread NONE = new ChunkSpread(0, 0);

    ChunkSpread plus(ChunkSpread other) {
        return new ChunkSpread(squaredDistance + other.squaredDistance, squaredNorm + other.squaredNorm);
    }

    /** Distance relative to the norm; 0 for a single worker, and for parameters that are all 0. */
    double relative() {
        return squaredNorm == 0 ? 0 : Math.sqrt(squaredDistance / squaredNorm);
    }

    /**
     * Measures the parameters of a chunk; its updater state is left out.
     *
     * @param averages of the pieces, raw little-endian floats
     * @param parameters how many floats of the chunk are parameters; they come first
     */
    static ChunkSpread of(List<Piece> pieces, byte[] averages, int parameters) {
        double norm = 0;
        for (int i = 0; i < parameters; i++) {
            double average = FlatVector.at(averages, 0, i);
            norm += average * average;
        }
        double distances = 0;
        double weights = 0;
        for (Piece piece : pieces) {
            double squared = 0;
            for (int i = 0; i < parameters; i++) {
                double distance = piece.at(i) - (double) FlatVector.at(averages, 0, i);
                squared += distance * distance;
            }
            distances += piece.weight() * squared;
            weights += piece.weight();
        }
        return new ChunkSpread(distances / weights, norm);
    }

    byte[] toBytes() {
        return ByteBuffer.allocate(2 * Double.BYTES)
                .putDouble(squaredDistance)
                .putDouble(squaredNorm)
                .array();
    }

    static ChunkSpread read(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new ChunkSpread(buffer.getDouble(), buffer.getDouble());
    }
}
