package org.sparkfinetune.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.report.Examples;
import org.sparkfinetune.report.RunReport;

class ComparisonTest {
    private static final List<String> LABELS = List.of("cat", "dog");

    @Test
    void whatDiffersComesFirstAndTheBestOfARowHasAStar() {
        Comparison comparison = Comparison.of(List.of(
                run(
                        "one",
                        "local[2]",
                        evaluation("validation", 0.5, 0.1),
                        Map.of("training.epochs", "3", "model", "m")),
                run(
                        "two",
                        "local[2]",
                        evaluation("validation", 0.75, 0.2),
                        Map.of("training.epochs", "5", "model", "m"))));

        assertThat(comparison.warnings()).isEmpty();
        assertThat(comparison.text()).isEqualTo("""
                                             one          two
                Differences:
                  training.epochs             3            5
                Results:
                  split              validation   validation
                  pictures                    8            8
                  accuracy                0.500        0.750*
                  top-5 accuracy          1.000        1.000
                  macro F1                0.500        0.750*
                  calibration error       0.100*       0.200
                  seconds                  60.0         60.0
                F1 of each class:
                  cat                     0.500        0.750*
                  dog                     0.500        0.750*
                """);
    }

    @Test
    void accuraciesOfDifferentPicturesAreToldApartAndNoneIsBest() {
        Comparison comparison = Comparison.of(List.of(
                run("one", "local[2]", evaluation("validation", 0.5, 0.1), Map.of()),
                run("two", "yarn", evaluation("test", 0.75, 0.2), Map.of())));

        assertThat(comparison.warnings())
                .containsExactly(
                        "The accuracies were measured on different pictures and cannot be compared: one: validation of"
                                + " dataset abc; two: test of dataset abc. None is marked as the best.",
                        "The runs used different machines: one: local[2]; two: yarn. Times depend on them.");
        assertThat(comparison.text()).contains("WARNING: The accuracies were").doesNotContain("0.750*");
        assertThat(comparison.html())
                .contains("<strong>Warning:</strong> The accuracies")
                .doesNotContain("\"best-value\"");
    }

    @Test
    void differentKindsAreToldApart() {
        RunReport training = Examples.report("finetune", LABELS);
        Comparison comparison = Comparison.of(List.of(
                new ComparedRun("run", training, Map.of()),
                run("test", "local[2]", evaluation("validation", 0.5, 0.1), Map.of())));

        assertThat(comparison.warnings().get(0))
                .isEqualTo("The runs are of different kinds: run: finetune; test: evaluate. Times and speeds of one"
                        + " kind say"
                        + " nothing about another.");
        assertThat(comparison.text()).contains("best epoch").contains("5 of 6");
    }

    @Test
    void aJobThatHasNoRecipeBesideItDiffersInNoKey() {
        Comparison comparison = Comparison.of(List.of(
                run("one", "local[2]", null, Map.of("model", "m", "training.epochs", "3")),
                run("two", "local[2]", null, Map.of("model", "m", "training.epochs", "5")),
                run("three", "local[2]", null, Map.of())));

        assertThat(comparison.text())
                .containsPattern("training.epochs +3 +5 +-\n")
                .doesNotContain("model");
    }

    @Test
    void runsWithoutFiguresAreShownWithoutThem() {
        Comparison comparison =
                Comparison.of(List.of(run("one", "local[2]", null, Map.of()), run("two", "local[2]", null, Map.of())));

        assertThat(comparison.text()).isEqualTo("""
                             one    two
                Results:
                  seconds  60.0   60.0
                """);
        assertThat(comparison.html()).contains("None: recipes, inputs and versions are the same.");
    }

    @Test
    void thePageLaysTheCurvesOverEachOther() {
        RunReport training = Examples.report("finetune", LABELS);
        String page = Comparison.of(Collections.nCopies(20, new ComparedRun("<b>", training, Map.of())))
                .html();

        assertThat(page)
                .contains("<h1>comparison of 20 runs</h1>")
                .contains("s9 dashed")
                .doesNotContain("<b>");
        assertThat(page.split("<figure>", -1)).hasSize(5);
    }

    @Test
    void moreThanTwentyAreRefused() {
        ComparedRun run = new ComparedRun("r", Examples.report("finetune", LABELS), Map.of());
        assertThatThrownBy(() -> Comparison.of(Collections.nCopies(21, run)))
                .hasMessage("21 runs, allowed are 1 to 20");
    }

    private static RunReport.Evaluation evaluation(String split, double accuracy, double calibration) {
        return new RunReport.Evaluation(
                split,
                8,
                accuracy,
                1,
                accuracy,
                calibration,
                List.of(
                        new RunReport.PerClass(0, "cat", 4, accuracy, accuracy, accuracy),
                        new RunReport.PerClass(1, "dog", 4, accuracy, accuracy, accuracy)),
                new long[][] {{2, 2}, {2, 2}},
                List.of(),
                List.of());
    }

    private static ComparedRun run(
            String name, String cluster, RunReport.Evaluation evaluation, Map<String, String> recipe) {
        RunReport report = new RunReport(
                "evaluate",
                "done",
                "2026-01-01T00:00:00Z",
                60,
                new RunReport.Provenance(
                        "0.1.0",
                        "g",
                        "17",
                        "3.5.5",
                        "M2.1",
                        cluster,
                        "e",
                        42,
                        Map.of("dataset", "file:/d abc"),
                        "w",
                        "f"),
                null,
                null,
                null,
                evaluation,
                null,
                null,
                Map.of());
        return new ComparedRun(name, report, recipe);
    }
}
