package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The averages of a chunk, each Σ wᵢ·xᵢ / Σ wᵢ, and how far the workers lie from them; in double precision, one piece after
 * another, so that a chunk of many workers takes no more memory than one of two. Sums of doubles depend on the order of the pieces:
 * it must be that of the workers. The piece of a single worker comes out with the same bits.
 */
final class WeightedAverage {
    /** Floats that are added at a time. */
    private static final int TILE = 4096;

    private final double[] sums;
    private final int parameters;
    private final float[] tile = new float[TILE];
    private double squares;
    private double weights;
    private int pieces;
    private Piece only;

    /**
     * @param floats of the chunk
     * @param parameters how many of them, the first ones, are parameters, whose spread is measured; the others are updater state
     */
    WeightedAverage(int floats, int parameters) {
        this.sums = new double[floats];
        this.parameters = parameters;
    }

    /** Adds the piece of the next worker, which fitted at least one example. */
    void add(Piece piece) {
        only = ++pieces == 1 ? piece : null;
        weights += piece.weight();
        for (int from = 0; from < sums.length; from += TILE) {
            int count = Math.min(TILE, sums.length - from);
            piece.copy(from, tile, count);
            add(piece.weight(), from, count);
        }
    }

    private void add(double weight, int from, int count) {
        for (int i = 0; i < count; i++) {
            sums[from + i] += weight * tile[i];
        }
        double squared = 0;
        for (int i = 0; i < Math.min(count, parameters - from); i++) {
            squared += (double) tile[i] * tile[i];
        }
        squares += weight * squared;
    }

    /** Raw little-endian floats. */
    byte[] averages() {
        byte[] averages = new byte[sums.length * FlatVector.BYTES];
        FloatBuffer target = floats(averages);
        for (int from = 0; from < sums.length; from += TILE) {
            int count = Math.min(TILE, sums.length - from);
            if (only == null) {
                for (int i = 0; i < count; i++) {
                    tile[i] = (float) (sums[from + i] / weights);
                }
            } else {
                only.copy(from, tile, count);
            }
            target.put(from, tile, 0, count);
        }
        return averages;
    }

    /**
     * The spread around the averages: Σ wᵢ·(xᵢ - a)² is Σ wᵢ·xᵢ² - a·(2·Σ wᵢ·xᵢ - a·Σ wᵢ), which needs no second look at the pieces.
     * In doubles that is good to a hundred-millionth of the norm; averages are floats and no better.
     *
     * @param averages that {@link #averages()} made
     */
    ChunkSpread spread(byte[] averages) {
        double norm = 0;
        double crossed = 0;
        for (int i = 0; i < parameters; i++) {
            double average = FlatVector.at(averages, 0, i);
            norm += average * average;
            crossed += average * (2 * sums[i] - average * weights);
        }
        double distance = only == null ? Math.max(0, squares - crossed) : 0;
        return new ChunkSpread(distance / weights, norm);
    }

    /**
     * Running means and variances of batch normalisation by the law of total variance: the mean of the means, and the
     * mean of the variances plus the variance of the means.
     *
     * @param pieces in the order of the workers
     * @param layers whose means and then variances follow one another in each piece
     * @return raw little-endian floats
     */
    static byte[] totalVariance(List<Piece> pieces, List<RunningStatistics> layers) {
        byte[] combined = new byte[pieces.get(0).floats() * FlatVector.BYTES];
        FloatBuffer target = floats(combined);
        if (pieces.size() == 1) {
            for (int i = 0; i < target.limit(); i++) {
                target.put(i, pieces.get(0).at(i));
            }
            return combined;
        }
        int from = 0;
        for (RunningStatistics layer : layers) {
            for (int channel = 0; channel < layer.channels(); channel++) {
                combine(pieces, layer, from + channel, target);
            }
            from += 2 * layer.channels();
        }
        return combined;
    }

    private static void combine(List<Piece> pieces, RunningStatistics layer, int meanAt, FloatBuffer combined) {
        int varianceAt = meanAt + layer.channels();
        double weights = 0;
        double sumOfMeans = 0;
        for (Piece piece : pieces) {
            weights += piece.weight();
            sumOfMeans += piece.weight() * (double) piece.at(meanAt);
        }
        double mean = sumOfMeans / weights;
        double sum = 0;
        for (Piece piece : pieces) {
            double distance = piece.at(meanAt) - mean;
            sum += piece.weight() * (layer.variance(piece.at(varianceAt)) + distance * distance);
        }
        combined.put(meanAt, (float) mean);
        combined.put(varianceAt, layer.stored(sum / weights));
    }

    private static FloatBuffer floats(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }
}
