package org.sparkfinetune.report.page;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.Scorecard;

/** The top of a page: the kind of job, and the most important figures. */
final class HeadSection {
    private HeadSection() {}

    static void write(PageWriter page, RunReport report) {
        page.markup("<header>\n<h1>" + PageWriter.escape(report.kind() + ": " + report.status()) + "</h1>\n");
        page.markup("<p class=\"when\">" + PageWriter.escape(report.startedAt().replaceFirst("\\.\\d+Z$", "Z")) + ", "
                + PageWriter.number("%.1f", report.durationSeconds()) + " s</p>\n");
        words(page, report);
        figures(page, figures(report));
        if (report.training() != null && report.training().warnings() != null) {
            report.training()
                    .warnings()
                    .forEach(warning -> page.markup(
                            "<p class=\"warning\"><strong>Warning:</strong> " + PageWriter.escape(warning) + "</p>\n"));
        }
        page.markup("</header>\n<main>\n");
    }

    private static void words(PageWriter page, RunReport report) {
        if (report.evaluation() != null) {
            RunReport.Evaluation evaluation = report.evaluation();
            page.paragraph(String.format(
                    "The model classifies %s of %s pictures of the %s split correctly.%s",
                    PageWriter.count(Math.round(evaluation.accuracy() * evaluation.examples())),
                    PageWriter.count(evaluation.examples()),
                    evaluation.split(),
                    report.training() == null
                            ? ""
                            : " They were not trained on, but the best epoch was chosen by them, so the figure is"
                                    + " slightly"
                                    + " optimistic: a job of kind evaluate on the test split gives the final figure."));
        }
    }

    private static Map<String, String> figures(RunReport report) {
        Map<String, String> figures = new LinkedHashMap<>();
        RunReport.Evaluation evaluation = report.evaluation();
        if (evaluation != null) {
            figures.put(evaluation.split() + " accuracy", PageWriter.number("%.3f", evaluation.accuracy()));
            figures.put("macro F1", PageWriter.number("%.3f", evaluation.macroF1()));
            if (evaluation.perClass().size() > Scorecard.TOP) {
                figures.put("top-5 accuracy", PageWriter.number("%.3f", evaluation.top5Accuracy()));
            }
            figures.put("calibration error", PageWriter.number("%.3f", evaluation.expectedCalibrationError()));
        }
        RunReport.Training training = report.training();
        if (training != null) {
            figures.put(
                    "best epoch",
                    training.bestEpoch() + " of " + training.epochs().size());
            figures.put("parameters trained", PageWriter.count(training.trainableParameters()));
        }
        if (report.learningRateSearch() != null) {
            figures.put(
                    "suggested learning rate",
                    PageWriter.number("%.3g", report.learningRateSearch().suggestion()));
        }
        if (report.data() != null) {
            figures.put("pictures", PageWriter.count(report.data().examples()));
            if (report.data().rejected() > 0) {
                figures.put("rejected", PageWriter.count(report.data().rejected()));
            }
        }
        if (report.throughput() != null) {
            figures.put(
                    "pictures/s", PageWriter.number("%.1f", report.throughput().imagesPerSecond()));
        }
        return figures;
    }

    /** Cards with a name and a value. */
    static void figures(PageWriter page, Map<String, String> figures) {
        page.markup("<dl class=\"figures\">\n");
        figures.forEach((name, value) -> page.markup(
                "<div><dt>" + PageWriter.escape(name) + "</dt><dd>" + PageWriter.escape(value) + "</dd></div>\n"));
        page.markup("</dl>\n");
    }
}
