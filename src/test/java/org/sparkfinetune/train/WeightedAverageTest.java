package org.sparkfinetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightedAverageTest {
    @Test
    void workersCountByTheExamplesTheyFitted() {
        byte[] average = new WeightedAverage(List.of(piece(0, 3, 1f, -2f), piece(1, 1, 5f, 2f))).plain();
        assertThat(floats(average)).containsExactly(2f, -1f);
    }

    @Test
    void aSingleWorkerKeepsItsBits() {
        float[] values = {0.1f, -0.0f, Float.MIN_VALUE, Float.MAX_VALUE, 1e-30f};
        assertThat(floats(new WeightedAverage(List.of(piece(2, 7, values))).plain()))
                .isEqualTo(values);
        assertThat(floats(new WeightedAverage(List.of(piece(2, 7, 1f, 0.3f)))
                        .totalVariance(List.of(new RunningStatistics(0, 1, 1, true)))))
                .containsExactly(1f, 0.3f);
    }

    @Test
    void theOrderOfArrivalChangesNothing() {
        Random random = new Random(3);
        float[][] values = new float[3][1000];
        for (float[] row : values) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(20) - 10));
            }
        }
        Piece a = piece(0, 11, values[0]);
        Piece b = piece(1, 13, values[1]);
        Piece c = piece(2, 7, values[2]);
        byte[] sorted = new WeightedAverage(List.of(a, b, c)).plain();
        assertThat(new WeightedAverage(List.of(c, a, b)).plain()).isEqualTo(sorted);
        assertThat(new WeightedAverage(List.of(b, c, a)).plain()).isEqualTo(sorted);
    }

    @Test
    void equalWorkersAverageToThemselves() {
        float[] values = {0.1f, 1f / 3, -1e-20f, 3.3e30f};
        assertThat(floats(new WeightedAverage(List.of(piece(0, 16, values), piece(1, 15, values), piece(2, 13, values)))
                        .plain()))
                .isEqualTo(values);
    }

    /** The statistics of two samples combined equal those of the samples put together. */
    @Test
    void varianceIsThatOfAllExamplesTogether() {
        double[] first = {1, 2, 4};
        double[] second = {10, 14, 12, 20, 11};
        double[] all = {1, 2, 4, 10, 14, 12, 20, 11};
        byte[] combined = new WeightedAverage(List.of(
                        piece(0, 3, (float) mean(first), (float) variance(first)),
                        piece(1, 5, (float) mean(second), (float) variance(second))))
                .totalVariance(List.of(new RunningStatistics(0, 1, 1, false)));
        assertThat((double) floats(combined)[0]).isCloseTo(mean(all), within(1e-6));
        assertThat((double) floats(combined)[1]).isCloseTo(variance(all), within(1e-5));
    }

    @Test
    void logarithmsOfTheStandardDeviationAreCombinedAsVariances() {
        // Two layers: two channels with logarithms, then one with plain variances.
        List<RunningStatistics> layers =
                List.of(new RunningStatistics(0, 2, 2, true), new RunningStatistics(4, 5, 1, false));
        byte[] combined = new WeightedAverage(List.of(
                        piece(0, 1, 0f, 4f, log10Stdev(1), log10Stdev(9), 3f, 8f),
                        piece(1, 3, 8f, 4f, log10Stdev(5), log10Stdev(1), 3f, 4f)))
                .totalVariance(layers);
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

    private static Piece piece(int worker, long weight, float... values) {
        Piece piece = Piece.allocate(worker, weight, values.length);
        for (int i = 0; i < values.length; i++) {
            FlatVector.set(piece.bytes(), piece.floatsFrom(), i, values[i]);
        }
        return Piece.read(piece.bytes());
    }

    private static float[] floats(byte[] bytes) {
        float[] floats = new float[bytes.length / FlatVector.BYTES];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = FlatVector.at(bytes, 0, i);
        }
        return floats;
    }
}
