package org.sparkfinetune.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.data.augment.AugmentationRandom.Purpose;

class AugmentationRandomTest {
    private static final int MANY = 20_000;

    @Test
    void theSamePlaceGivesTheSameNumbers() {
        AugmentationRandom first = AugmentationRandom.of(1, 2, 3).of(Purpose.CROP);
        AugmentationRandom again = AugmentationRandom.of(1, 2, 3).of(Purpose.CROP);
        for (int i = 0; i < 10; i++) {
            assertThat(first.bits()).isEqualTo(again.bits());
        }
    }

    @Test
    void everyPartOfThePlaceCounts() {
        Set<Long> seen = new HashSet<>();
        for (long seed = 0; seed < 5; seed++) {
            for (int epoch = 0; epoch < 5; epoch++) {
                for (long picture = 0; picture < 5; picture++) {
                    for (Purpose purpose : Purpose.values()) {
                        AugmentationRandom draws =
                                AugmentationRandom.of(seed, epoch, picture).of(purpose);
                        seen.add(draws.bits());
                        seen.add(draws.bits());
                    }
                }
            }
        }
        assertThat(seen).hasSize(5 * 5 * 5 * Purpose.values().length * 2);
    }

    @Test
    void whatWasDrawnForOnePurposeDoesNotChangeAnother() {
        AugmentationRandom picture = AugmentationRandom.of(1, 1, 1);
        long expected = AugmentationRandom.of(1, 1, 1).of(Purpose.FLIP).bits();
        picture.of(Purpose.CROP).bits();
        assertThat(picture.of(Purpose.FLIP).bits()).isEqualTo(expected);
    }

    @Test
    void numbersAreUniformOverPictures() {
        double[] firstOfEach = new double[MANY];
        for (int i = 0; i < MANY; i++) {
            firstOfEach[i] = AugmentationRandom.of(42, 1, i).of(Purpose.CROP).uniform();
        }
        assertThat(DoubleStream.of(firstOfEach)).allMatch(value -> value >= 0 && value < 1);
        assertThat(mean(firstOfEach)).isCloseTo(0.5, within(0.01));
        assertThat(variance(firstOfEach)).isCloseTo(1 / 12.0, within(0.003));
    }

    @Test
    void factorsAreAsOftenBelowOneAsAboveIt() {
        AugmentationRandom draws = AugmentationRandom.of(1, 1, 1);
        double[] factors = draw(() -> draws.factor(2));
        assertThat(DoubleStream.of(factors)).allMatch(value -> value >= 0.5 && value <= 2);
        assertThat(DoubleStream.of(factors).filter(value -> value < 1).count() / (double) MANY)
                .isCloseTo(0.5, within(0.02));
    }

    @Test
    void betaHasItsMeanAndVariance() {
        for (double alpha : new double[] {0.05, 0.2, 0.5, 1}) {
            AugmentationRandom draws = AugmentationRandom.of(7, 1, 1);
            double[] shares = draw(() -> draws.beta(alpha));
            assertThat(DoubleStream.of(shares)).allMatch(value -> value >= 0 && value <= 1);
            assertThat(mean(shares)).as("mean for " + alpha).isCloseTo(0.5, within(0.015));
            assertThat(variance(shares))
                    .as("variance for " + alpha)
                    .isCloseTo(1 / (4 * (2 * alpha + 1)), within(0.005));
        }
    }

    private static double[] draw(java.util.function.DoubleSupplier source) {
        return DoubleStream.generate(source).limit(MANY).toArray();
    }

    private static double mean(double[] values) {
        return DoubleStream.of(values).average().orElseThrow();
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return DoubleStream.of(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow();
    }
}
