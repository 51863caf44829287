package org.sparkfinetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RateCurveTest {
    @Test
    void aStepComesAfterEverySoManyExamples() {
        assertThat(factors(new RateCurve.Step(10, 0.5), 0, 9, 10, 19, 20, 35))
                .containsExactly(1, 1, 0.5, 0.5, 0.25, 0.125);
    }

    @Test
    void aCosineFallsFromOneToItsEndAndStaysThere() {
        assertThat(factors(new RateCurve.Cosine(100, 0.2), 0, 50, 100, 1000))
                .containsExactly(new double[] {1, 0.6, 0.2, 0.2}, within(1e-12));
    }

    @Test
    void oneCycleRisesToOneAndFallsToItsEnd() {
        RateCurve curve = new RateCurve.OneCycle(100, 0.25, 0.04, 0.01);
        assertThat(factors(curve, 0, 25, 100, 200)).containsExactly(new double[] {0.04, 1, 0.01, 0.01}, within(1e-12));
        assertThat(factors(curve, LongStream.rangeClosed(0, 25).toArray())).isSorted();
        assertThat(curve.factor(60)).isBetween(0.01, 0.99);
    }

    @Test
    void aWarmUpIsALineToTheCurveThatFollows() {
        RateCurve curve = new RateCurve.WarmUp(10, 0.1, new RateCurve.Step(10, 0.5));
        assertThat(factors(curve, 0, 5, 10, 19, 20))
                .containsExactly(new double[] {0.1, 0.55, 1, 1, 0.5}, within(1e-12));
    }

    @Test
    void aCurveCanBeginLater() {
        RateCurve curve = new RateCurve.From(100, new RateCurve.Step(10, 0.5));
        assertThat(factors(curve, 0, 100, 109, 110)).containsExactly(1, 1, 1, 0.5);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> new RateCurve.Step(0, 0.5)).hasMessage("every must be at least 1 example, found 0");
        assertThatThrownBy(() -> new RateCurve.Cosine(1, -1)).hasMessage("end must be 0 or more, found -1.0");
        assertThatThrownBy(() -> new RateCurve.Constant(Double.NaN)).hasMessage("factor must be 0 or more, found NaN");
        assertThatThrownBy(() -> new RateCurve.OneCycle(1, 1, 0, 0))
                .hasMessage("rise must be above 0 and below 1, found 1.0");
    }

    private static double[] factors(RateCurve curve, long... examplesSeen) {
        return LongStream.of(examplesSeen).mapToDouble(curve::factor).toArray();
    }
}
