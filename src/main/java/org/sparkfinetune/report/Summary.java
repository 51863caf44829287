package org.sparkfinetune.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The console summary of a report. */
public final class Summary {
    private static final int CLASSES_SHOWN = 30;
    private static final int WORST_SHOWN = 10;
    private static final int CONFUSED_SHOWN = 3;

    private final StringBuilder text = new StringBuilder();

    private Summary() {}

    /** Returns the lines, each ended by a line break. */
    public static String of(RunReport report) {
        Summary summary = new Summary();
        summary.line("%s: %s in %.1f s", report.kind(), report.status(), report.durationSeconds());
        if (report.data() != null) {
            summary.data(report.data());
        }
        if (report.training() != null) {
            summary.training(report.training());
        }
        if (report.learningRateSearch() != null) {
            summary.search(report.learningRateSearch());
        }
        if (report.evaluation() != null) {
            summary.evaluation(report.evaluation());
        }
        if (report.similarity() != null) {
            summary.similarity(report.similarity());
        }
        if (report.throughput() != null) {
            summary.throughput(report.throughput());
        }
        summary.outputs(report.outputs());
        return summary.text.toString();
    }

    private void data(RunReport.Data data) {
        StringBuilder splits = new StringBuilder();
        if (data.perSplit() != null) {
            data.perSplit()
                    .forEach((split, count) ->
                            splits.append(", ").append(split).append(' ').append(count));
        }
        String duplicates = data.duplicates() == null ? "" : ", duplicates left out " + data.duplicates();
        String conflicts = data.conflicts() == null || data.conflicts() == 0
                ? ""
                : ", same picture under two labels " + data.conflicts();
        line("  pictures %d%s, rejected %d%s%s", data.examples(), splits, data.rejected(), duplicates, conflicts);
    }

    private void training(RunReport.Training training) {
        RunReport.Epoch best = training.epochs().stream()
                .filter(epoch -> epoch.epoch() == training.bestEpoch())
                .findFirst()
                .orElseThrow();
        String validation = best.validationAccuracy() == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", validation loss %.3f, validation accuracy %.3f",
                        best.validationLoss(),
                        best.validationAccuracy());
        line("  trained %d of %d parameters", training.trainableParameters(), training.totalParameters());
        TrainingEngines.inWords(training).ifPresent(engines -> line("  trained by %s", engines));
        if (training.warnings() != null) {
            training.warnings().forEach(warning -> line("  WARNING: %s", warning));
        }
        line("  best of %d epochs: %d, loss %.3f%s", training.epochs().size(), best.epoch(), best.loss(), validation);
    }

    private void search(RunReport.LearningRateSearch search) {
        line("  %12s %10s %15s %8s", "learningRate", "loss", "validation loss", "accuracy");
        for (RunReport.RateCandidate one : search.candidates()) {
            line(
                    "  %12.3g %10s %15s %8s",
                    one.learningRate(),
                    one.diverged() ? "diverged" : number("%.4f", one.loss()),
                    number("%.4f", one.validationLoss()),
                    number("%.3f", one.validationAccuracy()));
        }
        line("  suggested: learningRate: %.3g", search.suggestion());
    }

    private static String number(String format, Double value) {
        return value == null ? "" : String.format(Locale.ROOT, format, value);
    }

    private void evaluation(RunReport.Evaluation evaluation) {
        line(
                "  %s accuracy %.3f, top-5 %.3f, macro F1 %.3f, calibration error %.3f on %d pictures",
                evaluation.split(),
                evaluation.accuracy(),
                evaluation.top5Accuracy(),
                evaluation.macroF1(),
                evaluation.expectedCalibrationError(),
                evaluation.examples());
        List<RunReport.PerClass> shown = shown(evaluation.perClass());
        int width = shown.stream()
                .mapToInt(figures -> figures.labelName().length())
                .max()
                .orElse(0);
        width = Math.max(width, "class".length());
        line("  %-" + width + "s %8s %9s %6s %6s", "class", "pictures", "precision", "recall", "F1");
        for (RunReport.PerClass figures : shown) {
            line(
                    "  %-" + width + "s %8d %9.3f %6.3f %6.3f",
                    figures.labelName(),
                    figures.examples(),
                    figures.precision(),
                    figures.recall(),
                    figures.f1());
        }
        if (shown.size() < evaluation.perClass().size()) {
            line(
                    "  (the %d worst of %d classes)",
                    shown.size(), evaluation.perClass().size());
        }
        List<String> confused = evaluation.mostConfused(CONFUSED_SHOWN).stream()
                .map(pair -> evaluation.labelName(pair.label()) + " taken for "
                        + evaluation.labelName(pair.predicted()) + " " + pair.pictures()
                        + (pair.pictures() == 1 ? " time" : " times"))
                .toList();
        if (!confused.isEmpty()) {
            line("  most confused: %s", String.join(", ", confused));
        }
    }

    /** All classes, or those with the lowest F1 when there are many. */
    private static List<RunReport.PerClass> shown(List<RunReport.PerClass> classes) {
        return classes.size() <= CLASSES_SHOWN
                ? classes
                : classes.stream()
                        .sorted(Comparator.comparingDouble(RunReport.PerClass::f1))
                        .limit(WORST_SHOWN)
                        .toList();
    }

    private void similarity(RunReport.Similarity similarity) {
        line(
                "  %d nearest neighbours (%s) of %d pictures",
                similarity.neighbours(), similarity.metric(), similarity.queries());
        if (similarity.duplicates() != null) {
            line(
                    "  near duplicates at %s or above: %d pairs, %d groups with %d pictures, the largest has %d",
                    similarity.duplicates(),
                    similarity.duplicatePairs(),
                    similarity.groups(),
                    similarity.picturesInGroups(),
                    similarity.largestGroup());
        }
        line(
                "  compared %d pairs in %.1f s, %.0f pairs/s",
                similarity.comparedPairs(), similarity.seconds(), similarity.pairsPerSecond());
    }

    private void throughput(RunReport.Throughput throughput) {
        line(
                "  %d pictures in %.1f s, %.1f pictures/s (task seconds: decode %.1f, forward %.1f, write %.1f)",
                throughput.images(),
                throughput.seconds(),
                throughput.imagesPerSecond(),
                throughput.decodeSeconds(),
                throughput.forwardSeconds(),
                throughput.writeSeconds());
        if (throughput.takenOver() != null && throughput.takenOver() > 0) {
            line("  %d pictures reused the row of an identical picture", throughput.takenOver());
        }
    }

    private void outputs(Map<String, String> outputs) {
        outputs.forEach((name, path) -> line("  %s: %s", name, path));
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
