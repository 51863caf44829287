package org.sparkfinetune.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScorecardTest {
    private final Scorecard scorecard = new Scorecard(List.of("cat", "dog", "owl"));

    @Test
    void countsWhatWasPredictedForEachLabel() {
        scorecard.count(0, new float[] {0.9f, 0.1f, 0f});
        scorecard.count(0, new float[] {0.2f, 0.8f, 0f});
        scorecard.count(1, new float[] {0.1f, 0.7f, 0.2f});
        scorecard.count(1, new float[] {0.1f, 0.6f, 0.3f});

        RunReport.Evaluation evaluation = scorecard.evaluation("test");

        assertThat(evaluation.split()).isEqualTo("test");
        assertThat(evaluation.examples()).isEqualTo(4);
        assertThat(evaluation.accuracy()).isEqualTo(0.75);
        assertThat(evaluation.confusionMatrix()).isDeepEqualTo(new long[][] {{1, 1, 0}, {0, 2, 0}, {0, 0, 0}});
        assertThat(evaluation.perClass())
                .containsExactly(
                        new RunReport.PerClass(0, "cat", 2, 1.0, 0.5, 2.0 / 3),
                        new RunReport.PerClass(1, "dog", 2, 2.0 / 3, 1.0, 0.8),
                        new RunReport.PerClass(2, "owl", 0, 0, 0, 0));
        assertThat(evaluation.macroF1()).isCloseTo((2.0 / 3 + 0.8) / 3, within(1e-12));
    }

    @Test
    void calibrationErrorIsTheWeightedGapBetweenConfidenceAndAccuracy() {
        scorecard.count(0, new float[] {0.75f, 0.25f, 0f});
        scorecard.count(1, new float[] {0.75f, 0.25f, 0f});
        scorecard.count(2, new float[] {0f, 0f, 1f});

        assertThat(scorecard.evaluation("test").expectedCalibrationError()).isCloseTo(0.5 / 3, within(1e-6));
    }

    @Test
    void topFiveHoldsTheFiveGreatestAndBreaksTiesByLabel() {
        Scorecard six = new Scorecard(List.of("a", "b", "c", "d", "e", "f"));
        float[] equal = {0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f};
        six.count(4, equal);
        six.count(5, equal);

        assertThat(six.evaluation("test").top5Accuracy()).isEqualTo(0.5);
    }

    @Test
    void nothingCountedGivesZerosNotNaN() {
        RunReport.Evaluation evaluation = scorecard.evaluation("test");

        assertThat(evaluation.accuracy()).isZero();
        assertThat(evaluation.macroF1()).isZero();
        assertThat(evaluation.expectedCalibrationError()).isZero();
    }

    @Test
    void aNetworkOfAnotherNumberOfClassesIsRefused() {
        assertThatThrownBy(() -> scorecard.count(0, new float[] {1f})).hasMessage("1 probabilities for 3 classes");
    }
}
