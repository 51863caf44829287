package org.sparkfinetune.train.average;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Weighted averages of a chunk, Σ wᵢ·xᵢ / Σ wᵢ in double precision, added in the order of the workers, and the spread
 * of the workers' parts around them. The part of a single worker keeps its bits. All parts are read in parallel, one
 * tile at a time, so that the sums stay in the processor's cache.
 */
final class WeightedAverage {
    /** Floats that are added at a time. */
    static final int TILE = 1 << 14;

    private final List<VectorPart> parts;
    private final double totalWeight;
    private final float[][] values;
    private final double[] sums = new double[TILE];
    private final float[] averages = new float[TILE];

    /**
     * @param parts one part of each worker that fitted at least one example, in the order of the workers; equal lengths
     */
    WeightedAverage(List<VectorPart> parts) {
        this.parts = List.copyOf(parts);
        this.totalWeight = parts.stream().mapToLong(VectorPart::weight).sum();
        this.values = new float[parts.size()][TILE];
    }

    /**
     * Averages parameters and updater state.
     *
     * @param target buffer that receives raw little-endian floats; its size is that of each part
     * @param parameters number of parameters, which come first; the spread does not include the other floats
     * @return spread of the parameters
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
            parts.get(worker).read(values[worker], count);
        }
        if (values.length == 1) {
            System.arraycopy(values[0], 0, averages, 0, count);
            return;
        }
        Arrays.fill(sums, 0);
        for (int worker = 0; worker < values.length; worker++) {
            add(values[worker], parts.get(worker).weight(), sums, count);
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

    /** Spread of the first floats of the tile. */
    private ChunkSpread spread(int count) {
        double norm = 0;
        for (int i = 0; i < count; i++) {
            norm += (double) averages[i] * averages[i];
        }
        double distances = 0;
        for (int worker = 0; worker < values.length; worker++) {
            distances += parts.get(worker).weight() * squaredDistance(values[worker], averages, count);
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
     * Combines running means and variances of batch normalization by the law of total variance: mean of the means; mean
     * of the variances plus variance of the means.
     *
     * @param target buffer that receives raw little-endian floats; its size is that of each part
     * @param layers layers in the order of each part, which has the means, then the variances of each layer
     */
    void totalVariance(ByteBuffer target, List<RunningStatistics> layers) {
        if (parts.size() == 1) {
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
        float[][] next = new float[parts.size()][count];
        for (int worker = 0; worker < next.length; worker++) {
            parts.get(worker).read(next[worker], count);
        }
        return next;
    }

    private void combine(RunningStatistics layer, float[][] means, float[][] variances, int channel, FloatBuffer out) {
        double sumOfMeans = 0;
        for (int worker = 0; worker < means.length; worker++) {
            sumOfMeans += parts.get(worker).weight() * (double) means[worker][channel];
        }
        double mean = sumOfMeans / totalWeight;
        double sum = 0;
        for (int worker = 0; worker < means.length; worker++) {
            double distance = means[worker][channel] - mean;
            sum += parts.get(worker).weight() * (layer.variance(variances[worker][channel]) + distance * distance);
        }
        out.put(channel, (float) mean);
        out.put(layer.channels() + channel, layer.stored(sum / totalWeight));
    }

    private static FloatBuffer floats(ByteBuffer bytes) {
        return bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }
}
