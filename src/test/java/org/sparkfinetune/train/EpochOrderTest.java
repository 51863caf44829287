package org.sparkfinetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpochOrderTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 63, 64, 65, 97, 242, 255, 256, 257, 1000, 4097, 65537})
    void everyExampleHasOnePositionAndTheInverseFindsIt(int examples) {
        for (int epoch = 1; epoch <= 3; epoch++) {
            EpochOrder order = new EpochOrder(examples, 42, epoch);
            BitSet taken = new BitSet(examples);
            for (int example = 0; example < examples; example++) {
                long position = order.positionOf(example);
                assertThat(position).isBetween(0L, examples - 1L);
                assertThat(taken.get((int) position)).isFalse();
                taken.set((int) position);
                assertThat(order.exampleAt(position)).isEqualTo(example);
            }
        }
    }

    @Test
    void epochsAndSeedsHaveDifferentOrders() {
        assertThat(positions(1, 42)).isEqualTo(positions(1, 42));
        assertThat(positions(1, 42)).isNotEqualTo(positions(2, 42));
        assertThat(positions(1, 42)).isNotEqualTo(positions(1, 43));
    }

    @Test
    void positionsAreSpreadEvenlyOverSeeds() {
        int examples = 10;
        int seeds = 20_000;
        int[][] seen = new int[examples][examples];
        for (int seed = 0; seed < seeds; seed++) {
            EpochOrder order = new EpochOrder(examples, seed, 1);
            for (int example = 0; example < examples; example++) {
                seen[example][(int) order.positionOf(example)]++;
            }
        }
        // 2,000 expected in each cell; the standard deviation is 42.
        for (int[] row : seen) {
            assertThat(row)
                    .satisfies(
                            counts -> assertThat(IntStream.of(counts)).allMatch(count -> count > 1750 && count < 2250));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3_000_000_000L, 1L << 40, (1L << 61) + 7, 1L << 62})
    void moreExamplesThanAnIntCanCountHavePlacesToo(long examples) {
        EpochOrder order = new EpochOrder(examples, 7, 1);
        for (long example = 0; example < 1000; example++) {
            for (long each : new long[] {example, examples - 1 - example}) {
                assertThat(order.positionOf(each)).isBetween(0L, examples - 1);
                assertThat(order.exampleAt(order.positionOf(each))).isEqualTo(each);
            }
        }
    }

    @Test
    void whatIsOutsideIsRefused() {
        EpochOrder order = new EpochOrder(5, 7, 1);
        assertThatThrownBy(() -> order.positionOf(5)).hasMessage("index 5 is outside 0..4");
        assertThatThrownBy(() -> order.exampleAt(-1)).hasMessage("index -1 is outside 0..4");
        assertThatThrownBy(() -> new EpochOrder(0, 7, 1)).hasMessage("examples must be 1 to 2^62, not 0");
    }

    private static long[] positions(int epoch, long seed) {
        EpochOrder order = new EpochOrder(97, seed, epoch);
        return LongStream.range(0, 97).map(order::positionOf).toArray();
    }
}
