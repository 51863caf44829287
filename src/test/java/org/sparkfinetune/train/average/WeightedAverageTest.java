package org.sparkfinetune.train.average;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.train.FlatVector;

class WeightedAverageTest {
    @Test
    void workersCountByTheExamplesTheyFitted() {
        assertThat(average(2, part(3, 1f, -2f), part(1, 5f, 2f))).containsExactly(2f, -1f);
    }

    @Test
    void aSingleWorkerKeepsItsBits() {
        float[] values = {0.1f, -0.0f, Float.MIN_VALUE, Float.MAX_VALUE, 1e-30f};
        assertThat(average(values.length, part(7, values))).isEqualTo(values);
        assertThat(floats(totalVariance(List.of(part(7, 1f, 0.3f)), List.of(new RunningStatistics(0, 1, 1, true)))))
                .containsExactly(1f, 0.3f);
    }

    /** Longer than the number of floats added at a time, and not a multiple of it. */
    @Test
    void longChunksAreAveragedToTheirEnd() {
        float[] first = new float[40_001];
        float[] second = new float[40_001];
        float[] expected = new float[40_001];
        for (int i = 0; i < first.length; i++) {
            first[i] = i;
            second[i] = -3 * i;
            expected[i] = -i;
        }
        assertThat(average(first.length, part(1, first), part(1, second))).isEqualTo(expected);
    }

    /** Only parameters count; the last two floats are updater state. */
    @Test
    void theSpreadIsTheWeightedSquaredDistanceToTheAverage() {
        Random random = new Random(3);
        float[][] values = new float[3][5000];
        for (float[] row : values) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) (1 + 1e-3 * random.nextGaussian());
            }
        }
        long[] weights = {11, 13, 7};
        int parameters = 4998;
        List<VectorPart> parts = new ArrayList<>();
        for (int worker = 0; worker < 3; worker++) {
            parts.add(part(weights[worker], values[worker]));
        }
        byte[] averages = new byte[5000 * FlatVector.BYTES];
        ChunkSpread spread = new WeightedAverage(parts).plain(ByteBuffer.wrap(averages), parameters);
        double distance = 0;
        double norm = 0;
        for (int i = 0; i < parameters; i++) {
            double center = floats(averages)[i];
            norm += center * center;
            for (int worker = 0; worker < 3; worker++) {
                distance += weights[worker] * Math.pow(values[worker][i] - center, 2) / 31;
            }
        }
        assertThat(spread.squaredNorm()).isCloseTo(norm, within(1e-9 * norm));
        assertThat(spread.squaredDistance()).isCloseTo(distance, within(1e-9 * distance));
    }

    @Test
    void workersThatAgreeHaveNoSpread() {
        for (int workers = 1; workers <= 3; workers++) {
            List<VectorPart> parts = new ArrayList<>();
            for (int worker = 0; worker < workers; worker++) {
                parts.add(part(5 + worker, 0.1f, -7f, 1e-3f));
            }
            ChunkSpread spread = new WeightedAverage(parts).plain(ByteBuffer.allocate(3 * FlatVector.BYTES), 3);
            assertThat(spread.relative()).isZero();
        }
    }

    @Test
    void equalWorkersAverageToThemselves() {
        float[] values = {0.1f, 1f / 3, -1e-20f, 3.3e30f};
        assertThat(average(values.length, part(16, values), part(15, values), part(13, values)))
                .isEqualTo(values);
    }

    /** The statistics of two samples combined equal those of the merged sample. */
    @Test
    void varianceIsThatOfAllExamplesTogether() {
        double[] first = {1, 2, 4};
        double[] second = {10, 14, 12, 20, 11};
        double[] all = {1, 2, 4, 10, 14, 12, 20, 11};
        byte[] combined = totalVariance(
                List.of(part(3, (float) mean(first), (float) variance(first)), part(5, (float) mean(second), (float)
                        variance(second))),
                List.of(new RunningStatistics(0, 1, 1, false)));
        assertThat((double) floats(combined)[0]).isCloseTo(mean(all), within(1e-6));
        assertThat((double) floats(combined)[1]).isCloseTo(variance(all), within(1e-5));
    }

    @Test
    void logarithmsOfTheStandardDeviationAreCombinedAsVariances() {
        // Two layers: two channels with logarithms, then one with plain variances.
        List<RunningStatistics> layers =
                List.of(new RunningStatistics(0, 2, 2, true), new RunningStatistics(4, 5, 1, false));
        byte[] combined = totalVariance(
                List.of(
                        part(1, 0f, 4f, log10Stdev(1), log10Stdev(9), 3f, 8f),
                        part(3, 8f, 4f, log10Stdev(5), log10Stdev(1), 3f, 4f)),
                layers);
        float[] values = floats(combined);
        // Means (0 + 3·8)/4 = 6 and 4; variances (1 + 3·5)/4 + (36 + 3·4)/4 = 16 and (9 + 3)/4 = 3.
        assertThat(values[0]).isEqualTo(6f);
        assertThat(values[1]).isEqualTo(4f);
        assertThat(values[2]).isCloseTo(log10Stdev(16), within(1e-6f));
        assertThat(values[3]).isCloseTo(log10Stdev(3), within(1e-6f));
        assertThat(values[4]).isEqualTo(3f);
        assertThat(values[5]).isEqualTo(5f);
    }

    private static float log10Stdev(double variance) {
        return (float) (0.5 * Math.log10(variance));
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double variance(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += (value - mean(values)) * (value - mean(values));
        }
        return sum / values.length;
    }

    private static VectorPart part(long weight, float... values) {
        ByteBuffer left = ByteBuffer.allocate(values.length * FlatVector.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        left.asFloatBuffer().put(values);
        return new VectorPart(
                weight,
                target -> {
                    int count = target.remaining();
                    target.put(left.slice(left.position(), count));
                    left.position(left.position() + count);
                },
                ByteBuffer.allocate(100 * FlatVector.BYTES));
    }

    private static float[] average(int floats, VectorPart... parts) {
        byte[] averages = new byte[floats * FlatVector.BYTES];
        new WeightedAverage(List.of(parts)).plain(ByteBuffer.wrap(averages), 0);
        return floats(averages);
    }

    private static byte[] totalVariance(List<VectorPart> parts, List<RunningStatistics> layers) {
        int floats = layers.stream().mapToInt(layer -> 2 * layer.channels()).sum();
        byte[] combined = new byte[floats * FlatVector.BYTES];
        new WeightedAverage(parts).totalVariance(ByteBuffer.wrap(combined), layers);
        return combined;
    }

    private static float[] floats(byte[] bytes) {
        float[] floats = new float[bytes.length / FlatVector.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
        return floats;
    }
}
