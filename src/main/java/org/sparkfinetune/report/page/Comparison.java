package org.sparkfinetune.report.page;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.TrainingEngines;

/**
 * Finished jobs side by side: first their differences, then their results. The best value of a row is marked. Figures
 * measured on different pictures get a warning instead.
 *
 * <pre>
 * Comparison comparison = Comparison.of(List.of(first, second));
 * System.out.print(comparison.text());
 * Files.writeString(page, comparison.html());
 * </pre>
 */
public final class Comparison {
    /** Maximum number of runs that fit side by side. */
    public static final int MOST_RUNS = 20;

    private final List<ComparedRun> runs;
    private final List<Part> parts = new ArrayList<>();

    /**
     * Rows under a heading.
     *
     * @param title heading
     */
    record Part(String title, List<Row> rows) {}

    /**
     * One figure of all runs.
     *
     * @param cells one for each run; empty where the run does not have the figure
     * @param best 0-based numbers of the best runs
     */
    record Row(String name, List<String> cells, Set<Integer> best) {}

    private enum Better {
        HIGHER,
        LOWER,
        NEITHER
    }

    private Comparison(List<ComparedRun> runs) {
        this.runs = List.copyOf(runs);
    }

    /** @param runs at least one, at most {@value #MOST_RUNS} */
    public static Comparison of(List<ComparedRun> runs) {
        if (runs.isEmpty() || runs.size() > MOST_RUNS) {
            throw new IllegalArgumentException(runs.size() + " runs, allowed are 1 to " + MOST_RUNS);
        }
        Comparison comparison = new Comparison(runs);
        comparison.differences();
        comparison.results();
        comparison.classes();
        return comparison;
    }

    List<ComparedRun> runs() {
        return runs;
    }

    List<Part> parts() {
        return List.copyOf(parts);
    }

    /** Returns warnings to read before comparing figures; empty when the runs are comparable. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (different(run -> run.report().kind())) {
            warnings.add("The runs are of different kinds: "
                    + named(run -> run.report().kind()) + ". Times and speeds of one kind say nothing about another.");
        }
        if (!comparable()) {
            warnings.add("The accuracies were measured on different pictures and cannot be compared: "
                    + named(run -> run.measuredOn().orElse("not measured")) + ". None is marked as the best.");
        }
        if (different(run -> run.report().provenance().cluster())) {
            warnings.add("The runs used different machines: "
                    + named(run -> run.report().provenance().cluster()) + ". Times depend on them.");
        }
        return warnings;
    }

    private boolean different(Function<ComparedRun, String> property) {
        return runs.stream().map(property).distinct().count() > 1;
    }

    private String named(Function<ComparedRun, String> property) {
        return runs.stream().map(run -> run.name() + ": " + property.apply(run)).collect(Collectors.joining("; "));
    }

    /** Whether all runs that have an accuracy measured it on the same pictures. */
    private boolean comparable() {
        return runs.stream()
                        .flatMap(run -> run.measuredOn().stream())
                        .distinct()
                        .count()
                <= 1;
    }

    private void differences() {
        List<Row> rows = new ArrayList<>();
        Set<String> keys = new TreeSet<>();
        runs.forEach(run -> keys.addAll(run.recipe().keySet()));
        keys.removeAll(Set.of("output", "overwrite", "kind"));
        // A job without a recipe contributes no keys.
        List<ComparedRun> withRecipe =
                runs.stream().filter(run -> !run.recipe().isEmpty()).toList();
        keys.removeIf(key -> withRecipe.stream()
                        .map(run -> run.recipe().getOrDefault(key, ""))
                        .distinct()
                        .count()
                <= 1);
        for (String key : keys) {
            rows.add(new Row(
                    key,
                    runs.stream().map(run -> run.recipe().getOrDefault(key, "")).toList(),
                    Set.of()));
        }
        Set<String> inputs = new LinkedHashSet<>();
        runs.forEach(run -> inputs.addAll(run.report().provenance().inputs().keySet()));
        for (String input : inputs) {
            plain(
                    rows,
                    "input: " + input,
                    run -> run.report().provenance().inputs().getOrDefault(input, ""));
        }
        plain(rows, "kind", run -> run.report().kind());
        plain(rows, "seed", run -> String.valueOf(run.report().provenance().seed()));
        plain(
                rows,
                "weights",
                run -> Optional.ofNullable(run.report().provenance().weightsSha256())
                        .orElse(""));
        plain(
                rows,
                "version",
                run -> run.report().provenance().version() + " "
                        + run.report().provenance().git());
        plain(
                rows,
                "trained by",
                run -> run.training().flatMap(TrainingEngines::inWords).orElse(""));
        plain(rows, "cluster", run -> run.report().provenance().cluster());
        parts.add(new Part("Differences", rows));
    }

    /** Adds a row if the runs differ in it. */
    private void plain(List<Row> rows, String name, Function<ComparedRun, String> cell) {
        if (different(cell)) {
            rows.add(new Row(name, runs.stream().map(cell).toList(), Set.of()));
        }
    }

    private void results() {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("split", cells(run -> run.evaluation().map(RunReport.Evaluation::split)), Set.of()));
        rows.add(new Row(
                "pictures",
                cells(run -> run.evaluation().map(evaluation -> String.valueOf(evaluation.examples()))),
                Set.of()));
        boolean comparable = comparable();
        measured(rows, "accuracy", RunReport.Evaluation::accuracy, comparable ? Better.HIGHER : Better.NEITHER);
        measured(rows, "top-5 accuracy", RunReport.Evaluation::top5Accuracy, Better.NEITHER);
        measured(rows, "macro F1", RunReport.Evaluation::macroF1, comparable ? Better.HIGHER : Better.NEITHER);
        measured(
                rows,
                "calibration error",
                RunReport.Evaluation::expectedCalibrationError,
                comparable ? Better.LOWER : Better.NEITHER);
        boolean sameData = !different(ComparedRun::dataset);
        figure(
                rows,
                "validation loss",
                "%.4f",
                sameData ? Better.LOWER : Better.NEITHER,
                run -> run.bestEpoch().map(RunReport.Epoch::validationLoss));
        rows.add(new Row(
                "best epoch",
                cells(run -> run.training()
                        .map(training -> training.bestEpoch() + " of "
                                + training.epochs().size())),
                Set.of()));
        rows.add(new Row(
                "parameters trained",
                cells(run -> run.training().map(training -> String.valueOf(training.trainableParameters()))),
                Set.of()));
        Better faster = different(run -> run.report().kind()) ? Better.NEITHER : Better.HIGHER;
        figure(
                rows,
                "seconds",
                "%.1f",
                faster == Better.HIGHER ? Better.LOWER : faster,
                run -> Optional.of(run.report().durationSeconds()));
        figure(rows, "pictures/s", "%.1f", faster, ComparedRun::imagesPerSecond);
        rows.removeIf(row -> row.cells().stream().allMatch(String::isEmpty));
        parts.add(new Part("Results", rows));
    }

    private List<String> cells(Function<ComparedRun, Optional<String>> cell) {
        return runs.stream().map(run -> cell.apply(run).orElse("")).toList();
    }

    private void measured(List<Row> rows, String name, Function<RunReport.Evaluation, Double> value, Better better) {
        figure(rows, name, "%.3f", better, run -> run.evaluation().map(value));
    }

    private void figure(
            List<Row> rows, String name, String format, Better better, Function<ComparedRun, Optional<Double>> value) {
        List<Optional<Double>> values = runs.stream().map(value).toList();
        List<String> cells = values.stream()
                .map(one -> one.map(number -> PageWriter.number(format, number)).orElse(""))
                .toList();
        rows.add(new Row(name, cells, best(values, cells, better)));
    }

    /** The runs whose printed figure equals the best one; empty when all do. */
    private static Set<Integer> best(List<Optional<Double>> values, List<String> cells, Better better) {
        List<Integer> measured = IntStream.range(0, values.size())
                .filter(i -> values.get(i).filter(value -> !value.isNaN()).isPresent())
                .boxed()
                .toList();
        if (better == Better.NEITHER || measured.size() < 2) {
            return Set.of();
        }
        int sign = better == Better.HIGHER ? 1 : -1;
        int winner = measured.get(0);
        for (int i : measured) {
            winner = sign * values.get(i).orElseThrow()
                            > sign * values.get(winner).orElseThrow()
                    ? i
                    : winner;
        }
        String text = cells.get(winner);
        Set<Integer> best =
                measured.stream().filter(i -> cells.get(i).equals(text)).collect(Collectors.toSet());
        return best.size() == measured.size() ? Set.of() : best;
    }

    /** Adds the F1 of each class if all evaluated runs have the same classes. */
    private void classes() {
        List<List<String>> labels = runs.stream()
                .flatMap(run -> run.evaluation().stream())
                .map(evaluation -> evaluation.perClass().stream()
                        .map(RunReport.PerClass::labelName)
                        .toList())
                .distinct()
                .toList();
        if (labels.size() != 1) {
            return;
        }
        List<Row> rows = new ArrayList<>();
        Better better = comparable() ? Better.HIGHER : Better.NEITHER;
        for (int i = 0; i < labels.get(0).size(); i++) {
            int label = i;
            measured(
                    rows,
                    labels.get(0).get(i),
                    evaluation -> evaluation.perClass().get(label).f1(),
                    better);
        }
        parts.add(new Part("F1 of each class", rows));
    }

    /** Returns the comparison as a table for a terminal. */
    public String text() {
        return ComparisonText.of(this);
    }

    /** Returns the comparison as an HTML page in the style of the reports, with the learning curves overlaid. */
    public String html() {
        return ComparisonPage.of(this);
    }
}
