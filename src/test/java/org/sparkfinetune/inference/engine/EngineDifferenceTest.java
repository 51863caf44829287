package org.sparkfinetune.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EngineDifferenceTest {
    @Test
    void equalValuesDoNotDifferEvenWhenAllAreZero() {
        assertThat(EngineDifference.relative(one(1, 2), one(1, 2))).isZero();
        assertThat(EngineDifference.relative(one(0, 0), one(0, 0))).isZero();
    }

    @Test
    void aDifferenceIsMeasuredByTheLargestValueOfItsOutput() {
        float[][][] expected = {{{0, -50}, {1, 1}}, {{100, 0}, {1, 1}}};
        float[][][] found = {{{1, -50}, {1, 1}}, {{100, 0}, {1, 1}}};
        assertThat(EngineDifference.relative(found, expected)).isEqualTo(0.01, within(1e-9));
    }

    @Test
    void theWorstOutputCounts() {
        float[][][] expected = {{{100}, {1}}};
        float[][][] found = {{{101}, {1.5f}}};
        assertThat(EngineDifference.relative(found, expected)).isEqualTo(0.5, within(1e-9));
    }

    @Test
    void whatCannotBeComparedDiffersInfinitely() {
        assertThat(EngineDifference.relative(one(Float.NaN), one(Float.NaN))).isInfinite();
        assertThat(EngineDifference.relative(one(1), one(Float.POSITIVE_INFINITY)))
                .isInfinite();
        assertThat(EngineDifference.relative(one(1), one(1, 2))).isInfinite();
        assertThat(EngineDifference.relative(one(1), new float[][][] {{{1}}, {{1}}}))
                .isInfinite();
        assertThat(EngineDifference.relative(one(1), new float[][][] {{{1}, {1}}}))
                .isInfinite();
        assertThat(EngineDifference.relative(one(1), one(0))).isInfinite();
    }

    private static float[][][] one(float... values) {
        return new float[][][] {{values}};
    }
}
