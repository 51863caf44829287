package org.sparkfinetune.train.average;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The averages of a chunk, each Σ wᵢ·xᵢ / Σ wᵢ in double precision, added in the order of the pieces, and how far the pieces lie
 * from them. The piece of a single worker comes out with the same bits. Works through all pieces side by side, a tile at a time, so
 * that sums stay in the processor's cache.
 */
final class WeightedAverage {
    /** Floats. */
    static final int TILE = 1 << 14;

    private final List<Piece> pieces;
    private final double totalWeight;
    private final float[][] values;
    private final double[] sums = new double[TILE];
    private final float[] averages = new float[TILE];

    /** @param pieces one of each worker that fitted at least one example, in the order of the workers; all of one length */
    WeightedAverage(List<Piece> pieces) {
        this.pieces = List.copyOf(pieces);
        this.totalWeight = pieces.stream().mapToLong(Piece::weight).sum();
        this.values = new float[pieces.size()][TILE];
    }

    /**
     * Parameters and updater state: the plain average.
     *
     * @param target receives raw little-endian floats, as many as it has room for and each piece has
     * @param parameters how many of them, the first ones, are parameters; the spread of the others is left out
     */
    ChunkSpread plain(ByteBuffer target, int parameters) {
        FloatBuffer out = floats(target);
        ChunkSpread spread = ChunkSpread.NONE;
        for (int from = 0; from < out.limit(); from += TILE) {
            int count = Math.min(TILE, out.limit() - from);
            average(count);
            out.put(from, averages, 0, count);
            if (from < parameters) {
                spread = spread.plus(spread(Math.min(count, parameters - from)));
            }
        }
        return spread;
    }

    private void average(int count) {
        for (int worker = 0; worker < values.length; worker++) {
            pieces.get(worker).read(values[worker], count);
        }
        if (values.length == 1) {
            System.arraycopy(values[0], 0, averages, 0, count);
            return;
        }
        Arrays.fill(sums, 0);
        for (int worker = 0; worker < values.length; worker++) {
            add(values[worker], pieces.get(worker).weight(), sums, count);
        }
        for (int i = 0; i < count; i++) {
            averages[i] = (float) (sums[i] / totalWeight);
        }
    }

    private static void add(float[] values, double weight, double[] sums, int count) {
        for (int i = 0; i < count; i++) {
            sums[i] += weight * values[i];
        }
    }

    /** Of the first floats of the tile. */
    private ChunkSpread spread(int count) {
        double norm = 0;
        for (int i = 0; i < count; i++) {
            norm += (double) averages[i] * averages[i];
        }
        double distances = 0;
        for (int worker = 0; worker < values.length; worker++) {
            distances += pieces.get(worker).weight() * squaredDistance(values[worker], averages, count);
        }
        return new ChunkSpread(distances / totalWeight, norm);
    }

    private static double squaredDistance(float[] values, float[] averages, int count) {
        double squared = 0;
        for (int i = 0; i < count; i++) {
            double distance = values[i] - (double) averages[i];
            squared += distance * distance;
        }
        return squared;
    }

    /**
     * Running means and variances of batch normalisation by the law of total variance: the mean of the means, and the
     * mean of the variances plus the variance of the means.
     *
     * @param target receives raw little-endian floats, as many as it has room for and each piece has
     * @param layers whose means and then variances follow one another in each piece
     */
    void totalVariance(ByteBuffer target, List<RunningStatistics> layers) {
        if (pieces.size() == 1) {
            plain(target, 0);
            return;
        }
        FloatBuffer out = floats(target);
        int from = 0;
        for (RunningStatistics layer : layers) {
            float[][] means = read(layer.channels());
            float[][] variances = read(layer.channels());
            for (int channel = 0; channel < layer.channels(); channel++) {
                combine(layer, means, variances, channel, out.slice(from, 2 * layer.channels()));
            }
            from += 2 * layer.channels();
        }
    }

    private float[][] read(int count) {
        float[][] next = new float[pieces.size()][count];
        for (int worker = 0; worker < next.length; worker++) {
            pieces.get(worker).read(next[worker], count);
        }
        return next;
    }

    private void combine(RunningStatistics layer, float[][] means, float[][] variances, int channel, FloatBuffer out) {
        double sumOfMeans = 0;
        for (int worker = 0; worker < means.length; worker++) {
            sumOfMeans += pieces.get(worker).weight() * (double) means[worker][channel];
        }
        double mean = sumOfMeans / totalWeight;
        double sum = 0;
        for (int worker = 0; worker < means.length; worker++) {
            double distance = means[worker][channel] - mean;
            sum += pieces.get(worker).weight() * (layer.variance(variances[worker][channel]) + distance * distance);
        }
        out.put(channel, (float) mean);
        out.put(layer.channels() + channel, layer.stored(sum / totalWeight));
    }

    private static FloatBuffer floats(ByteBuffer bytes) {
        return bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }
}
