package org.sparkfinetune.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A report as one HTML page that needs no network and no script. Every text that comes from outside (labels, paths) is escaped.
 */
public final class HtmlReport {
    private static final String STYLE = """
            :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
            body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
            table { border-collapse: collapse; margin: .5rem 0 1.5rem; display: block; overflow-x: auto; }
            th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #8884; white-space: nowrap; }
            th:first-child, td:first-child { text-align: left; }
            tr.best { font-weight: 600; }
            """;

    private final StringBuilder page = new StringBuilder();

    private HtmlReport() {}

    /** The page. */
    public static String of(RunReport report) {
        HtmlReport html = new HtmlReport();
        html.head(report);
        if (report.evaluation() != null) {
            html.evaluation(report.evaluation());
        }
        if (report.training() != null) {
            html.training(report.training());
        }
        if (report.learningRateSearch() != null) {
            html.search(report.learningRateSearch());
        }
        if (report.similarity() != null) {
            html.similarity(report.similarity());
        }
        if (report.data() != null && report.data().perSplit() != null) {
            html.section("Pictures", List.of("split", "pictures"));
            report.data().perSplit().forEach((split, count) -> html.row("", split, count.toString()));
            html.row("", "rejected", String.valueOf(report.data().rejected()));
            html.end();
        }
        html.provenance(report);
        return html.page.append("</body></html>\n").toString();
    }

    private void head(RunReport report) {
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width\">")
                .append("<title>spark-finetune ")
                .append(escape(report.kind()))
                .append("</title>")
                .append("<style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<h1>")
                .append(escape(report.kind()))
                .append(": ")
                .append(escape(report.status()))
                .append("</h1>\n<p>")
                .append(escape(report.startedAt()))
                .append(", ")
                .append(number("%.1f", report.durationSeconds()))
                .append(" s</p>\n");
    }

    private void evaluation(RunReport.Evaluation evaluation) {
        section("Quality on the " + evaluation.split() + " split", List.of("", "value"));
        row("", "pictures", String.valueOf(evaluation.examples()));
        row("", "accuracy", number("%.3f", evaluation.accuracy()));
        row("", "top-5 accuracy", number("%.3f", evaluation.top5Accuracy()));
        row("", "macro F1", number("%.3f", evaluation.macroF1()));
        row("", "expected calibration error", number("%.3f", evaluation.expectedCalibrationError()));
        end();
        section("Classes", List.of("class", "pictures", "precision", "recall", "F1"));
        for (RunReport.PerClass figures : evaluation.perClass()) {
            row(
                    "",
                    figures.labelName(),
                    String.valueOf(figures.examples()),
                    number("%.3f", figures.precision()),
                    number("%.3f", figures.recall()),
                    number("%.3f", figures.f1()));
        }
        end();
        confusion(evaluation);
    }

    private void confusion(RunReport.Evaluation evaluation) {
        List<String> names = evaluation.perClass().stream()
                .map(RunReport.PerClass::labelName)
                .toList();
        page.append(
                "<h2>Confusion</h2>\n<p>Rows are the true classes, columns the predicted ones.</p>\n<table><tr><th></th>");
        names.forEach(name -> page.append("<th>").append(escape(name)).append("</th>"));
        page.append("</tr>\n");
        for (int label = 0; label < names.size(); label++) {
            long[] counts = evaluation.confusionMatrix()[label];
            page.append("<tr><td>").append(escape(names.get(label))).append("</td>");
            for (long count : counts) {
                double share = count
                        / (double) Math.max(1, evaluation.perClass().get(label).examples());
                page.append("<td style=\"background: rgb(66 133 244 / ")
                        .append(number("%.2f", 0.7 * share))
                        .append(")\">")
                        .append(count)
                        .append("</td>");
            }
            page.append("</tr>\n");
        }
        end();
    }

    private void training(RunReport.Training training) {
        section(
                "Training",
                List.of(
                        "epoch",
                        "stage",
                        "learning rate",
                        "rounds",
                        "loss",
                        "accuracy",
                        "validation loss",
                        "validation accuracy",
                        "seconds",
                        "images/s"));
        for (RunReport.Epoch epoch : training.epochs()) {
            row(
                    epoch.epoch() == training.bestEpoch() ? " class=\"best\"" : "",
                    String.valueOf(epoch.epoch()),
                    String.valueOf(epoch.stage()),
                    number("%.3g", epoch.learningRate()),
                    String.valueOf(epoch.rounds()),
                    number("%.4f", epoch.loss()),
                    number("%.3f", epoch.accuracy()),
                    number("%.4f", epoch.validationLoss()),
                    number("%.3f", epoch.validationAccuracy()),
                    number("%.2f", epoch.seconds()),
                    number("%.1f", epoch.imagesPerSecond()));
        }
        end();
        page.append("<p>The best epoch, ")
                .append(training.bestEpoch())
                .append(", is the model. ")
                .append(training.trainableParameters())
                .append(" of ")
                .append(training.totalParameters())
                .append(" parameters were trained.</p>\n");
        if (training.warnings() != null) {
            training.warnings()
                    .forEach(warning -> page.append("<p><strong>Warning:</strong> ")
                            .append(escape(warning))
                            .append("</p>\n"));
        }
    }

    private void search(RunReport.LearningRateSearch search) {
        section("Learning rates", List.of("rate", "loss", "validation loss", "validation accuracy"));
        for (RunReport.RateCandidate one : search.candidates()) {
            row(
                    one.learningRate() == search.suggestion() ? " class=\"best\"" : "",
                    number("%.3g", one.learningRate()),
                    one.diverged() ? "diverged" : number("%.4f", one.loss()),
                    number("%.4f", one.validationLoss()),
                    number("%.3f", one.validationAccuracy()));
        }
        end();
        page.append(RateChart.of(search))
                .append("<p>Suggested is ")
                .append(number("%.3g", search.suggestion()))
                .append(", each tried for ")
                .append(search.steps())
                .append(" minibatches of ")
                .append(search.batchSize())
                .append(" examples.</p>\n");
    }

    private void similarity(RunReport.Similarity similarity) {
        section("Similar pictures", List.of("", "value"));
        row("", "pictures with neighbours", String.valueOf(similarity.queries()));
        row("", "neighbours of each, at most", String.valueOf(similarity.neighbours()));
        row("", "metric", similarity.metric());
        if (similarity.duplicates() != null) {
            row("", "near duplicates from cosine", String.valueOf(similarity.duplicates()));
            row("", "pairs of near duplicates", String.valueOf(similarity.duplicatePairs()));
            row("", "groups", String.valueOf(similarity.groups()));
            row("", "pictures in groups", String.valueOf(similarity.picturesInGroups()));
            row("", "pictures of the largest group", String.valueOf(similarity.largestGroup()));
        }
        row("", "pairs compared", String.valueOf(similarity.comparedPairs()));
        row("", "pairs per second", number("%.0f", similarity.pairsPerSecond()));
        end();
    }

    private void provenance(RunReport report) {
        RunReport.Provenance made = report.provenance();
        section("How it was made", List.of("", "value"));
        row("", "spark-finetune", made.version() + " (" + made.git() + ")");
        row("", "Java, Spark, Deeplearning4j", made.java() + ", " + made.spark() + ", " + made.dl4j());
        row("", "cluster", made.cluster());
        row("", "seed", String.valueOf(made.seed()));
        row("", "weights SHA-256", String.valueOf(made.weightsSha256()));
        row("", "fingerprint", made.fingerprint());
        paths(made.inputs());
        paths(report.outputs());
        end();
    }

    private void paths(Map<String, String> paths) {
        paths.forEach((name, path) -> row("", name, path));
    }

    private void section(String title, List<String> columns) {
        page.append("<h2>").append(escape(title)).append("</h2>\n<table><tr>");
        columns.forEach(column -> page.append("<th>").append(escape(column)).append("</th>"));
        page.append("</tr>\n");
    }

    private void row(String attribute, String... cells) {
        page.append("<tr").append(attribute).append('>');
        for (String cell : cells) {
            page.append("<td>").append(escape(cell)).append("</td>");
        }
        page.append("</tr>\n");
    }

    private void end() {
        page.append("</table>\n");
    }

    private static String number(String format, Double value) {
        return value == null ? "" : String.format(Locale.ROOT, format, value);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
