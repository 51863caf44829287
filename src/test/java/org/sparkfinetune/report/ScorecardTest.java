package org.sparkfinetune.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScorecardTest {
    private final Scorecard scorecard = new Scorecard(List.of("cat", "dog", "owl"));

    @Test
    void countsWhatWasPredictedForEachLabel() {
        scorecard.count("p1", 0, new float[] {0.9f, 0.1f, 0f});
        scorecard.count("p2", 0, new float[] {0.2f, 0.8f, 0f});
        scorecard.count("p3", 1, new float[] {0.1f, 0.7f, 0.2f});
        scorecard.count("p4", 1, new float[] {0.1f, 0.6f, 0.3f});

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
        scorecard.count("p5", 0, new float[] {0.75f, 0.25f, 0f});
        scorecard.count("p6", 1, new float[] {0.75f, 0.25f, 0f});
        scorecard.count("p7", 2, new float[] {0f, 0f, 1f});

        assertThat(scorecard.evaluation("test").expectedCalibrationError()).isCloseTo(0.5 / 3, within(1e-6));
    }

    @Test
    void topFiveHoldsTheFiveGreatestAndBreaksTiesByLabel() {
        Scorecard six = new Scorecard(List.of("a", "b", "c", "d", "e", "f"));
        float[] equal = {0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f};
        six.count("p8", 4, equal);
        six.count("p9", 5, equal);

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
    void theBinsShowHowManyPicturesTheErrorIsMadeOf() {
        scorecard.count("a", 0, new float[] {0.75f, 0.25f, 0f});
        scorecard.count("b", 1, new float[] {0.75f, 0.25f, 0f});
        scorecard.count("c", 2, new float[] {0f, 0f, 1f});

        RunReport.Evaluation evaluation = scorecard.evaluation("test");

        assertThat(evaluation.reliability()).hasSize(15);
        assertThat(evaluation.reliability().get(11))
                .isEqualTo(new RunReport.ReliabilityBin(11 / 15.0, 12 / 15.0, 2, 0.75, 0.5));
        assertThat(evaluation.reliability().get(14)).isEqualTo(new RunReport.ReliabilityBin(14 / 15.0, 1, 1, 1, 1));
        double error = evaluation.reliability().stream()
                .mapToDouble(bin -> bin.examples() / 3.0 * Math.abs(bin.accuracy() - bin.confidence()))
                .sum();
        assertThat(evaluation.expectedCalibrationError()).isCloseTo(error, within(1e-12));
    }

    @Test
    void theMostConfidentMistakesAreKeptWorstFirst() {
        scorecard.count("right", 0, new float[] {1f, 0f, 0f});
        scorecard.count("unsure", 0, new float[] {0.4f, 0.6f, 0f});
        scorecard.count("sure", 2, new float[] {0f, 0.875f, 0.125f});

        assertThat(scorecard.evaluation("test").mistakes())
                .containsExactly(
                        new RunReport.Mistake("sure", 2, "owl", 1, "dog", 0.875),
                        new RunReport.Mistake("unsure", 0, "cat", 1, "dog", 0.6f));
    }

    @Test
    void howThePicturesAreDividedAndOrderedChangesNothing() {
        Random random = new Random(7);
        List<Integer> order = IntStream.range(0, 500).boxed().collect(Collectors.toCollection(ArrayList::new));
        float[][] outputs = new float[500][];
        for (int i = 0; i < outputs.length; i++) {
            // Few different values, so that many mistakes are equally confident.
            float first = random.nextInt(50) / 49f;
            outputs[i] = new float[] {first, (1 - first) * 0.3f, (1 - first) * 0.7f};
        }
        RunReport.Evaluation whole = counted(order, outputs).evaluation("test");
        for (int parts : new int[] {1, 2, 3, 7, 100, 499}) {
            Collections.shuffle(order, random);
            Scorecard sum = new Scorecard(List.of("cat", "dog", "owl"));
            for (int part = 0; part < parts; part++) {
                sum.merge(counted(
                        order.subList(part * order.size() / parts, (part + 1) * order.size() / parts), outputs));
            }
            assertThat(sum.evaluation("test")).usingRecursiveComparison().isEqualTo(whole);
        }
        assertThat(whole.examples()).isEqualTo(500);
        assertThat(whole.mistakes()).hasSize(Scorecard.MISTAKES);
    }

    private static Scorecard counted(List<Integer> pictures, float[][] outputs) {
        Scorecard part = new Scorecard(List.of("cat", "dog", "owl"));
        pictures.forEach(i -> part.count("p" + i, i % 3, outputs[i]));
        return part;
    }

    @Test
    void anOutputThatIsNoNumberIsCountedWrongAndNoConfidentMistake() {
        scorecard.count("nan", 1, new float[] {Float.NaN, Float.NaN, Float.NaN});

        RunReport.Evaluation evaluation = scorecard.evaluation("test");
        assertThat(evaluation.accuracy()).isZero();
        assertThat(evaluation.expectedCalibrationError()).isZero();
        assertThat(evaluation.mistakes()).isEmpty();
    }

    @Test
    void aNetworkOfAnotherNumberOfClassesIsRefused() {
        assertThatThrownBy(() -> scorecard.count("p10", 0, new float[] {1f}))
                .hasMessage("1 probabilities for 3 classes");
    }
}
