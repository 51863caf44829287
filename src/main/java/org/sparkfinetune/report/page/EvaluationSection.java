package org.sparkfinetune.report.page;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.sparkfinetune.report.RunReport;

/** Quality of a model on one split: calibration, confusion, classes, most confident mistakes. */
final class EvaluationSection {
    /** With more classes the table does not fit in a window and scrolls. */
    private static final int MANY = 15;

    private EvaluationSection() {}

    static void write(PageWriter page, RunReport.Evaluation evaluation, Map<String, byte[]> thumbnails) {
        classes(page, evaluation);
        ConfusionSection.write(page, evaluation);
        if (evaluation.reliability() != null) {
            reliability(page, evaluation);
        }
        if (evaluation.mistakes() != null && !evaluation.mistakes().isEmpty()) {
            mistakes(page, evaluation.mistakes(), thumbnails);
        }
    }

    private static void classes(PageWriter page, RunReport.Evaluation evaluation) {
        List<RunReport.PerClass> worstFirst = new ArrayList<>(evaluation.perClass());
        worstFirst.sort(Comparator.comparingDouble(RunReport.PerClass::f1).thenComparingInt(RunReport.PerClass::label));
        page.section("classes", "Classes")
                .paragraph((worstFirst.size() > MANY ? worstFirst.size() + " classes, the" : "The")
                        + " worst first. Precision: the fraction of pictures predicted as this class that belong to it."
                        + " Recall: the fraction of this class's pictures that were found. F1 is their harmonic mean.")
                .table(
                        "figures of each class",
                        "class",
                        "pictures",
                        "F1",
                        "precision",
                        "recall",
                        PageWriter.name("most often taken for"));
        for (RunReport.PerClass figures : worstFirst) {
            page.row(
                    PageWriter.label(figures.labelName()),
                    PageWriter.count(figures.examples()),
                    PageWriter.bar(figures.f1(), PageWriter.number("%.3f", figures.f1())),
                    PageWriter.number("%.3f", figures.precision()),
                    PageWriter.number("%.3f", figures.recall()),
                    takenFor(evaluation, figures.label()));
        }
        page.endTable().endSection();
    }

    private static PageWriter.Html takenFor(RunReport.Evaluation evaluation, int label) {
        long[] row = evaluation.confusionMatrix()[label];
        int most = -1;
        for (int other = 0; other < row.length; other++) {
            if (other != label && row[other] > 0 && (most < 0 || row[other] > row[most])) {
                most = other;
            }
        }
        return most < 0
                ? new PageWriter.Html("")
                : new PageWriter.Html(
                        PageWriter.label(evaluation.labelName(most)).markup() + " (" + row[most] + ")");
    }

    private static void reliability(PageWriter page, RunReport.Evaluation evaluation) {
        List<RunReport.ReliabilityBin> filled = evaluation.reliability().stream()
                .filter(bin -> bin.examples() > 0)
                .toList();
        page.section("reliability", "Reliability")
                .paragraph("Do the model's probabilities match its accuracy? Pictures are sorted into 15 bins by the"
                        + " probability"
                        + " of the predicted class. Where the line is below the diagonal, the model is"
                        + " overconfident. The"
                        + " calibration error is the mean distance from the diagonal, weighted by pictures: "
                        + PageWriter.number("%.3f", evaluation.expectedCalibrationError())
                        + ". Bins with few pictures are unreliable.");
        LineChart chart = new LineChart("Accuracy", "confidence")
                .guide("perfectly calibrated", new double[] {0, 1}, new double[] {0, 1})
                .line(
                        "measured",
                        filled.stream()
                                .mapToDouble(RunReport.ReliabilityBin::confidence)
                                .toArray(),
                        filled.stream()
                                .mapToDouble(RunReport.ReliabilityBin::accuracy)
                                .toArray());
        page.markup("<div class=\"pair\">\n").charts(List.of(chart));
        long most = filled.stream()
                .mapToLong(RunReport.ReliabilityBin::examples)
                .max()
                .orElse(1);
        page.table("bins of confidence", "confidence", "pictures", "mean confidence", "accuracy");
        for (RunReport.ReliabilityBin bin : evaluation.reliability()) {
            boolean some = bin.examples() > 0;
            page.row(
                    PageWriter.number("%.2f", bin.from()) + " to " + PageWriter.number("%.2f", bin.to()),
                    PageWriter.bar(bin.examples() / (double) most, PageWriter.count(bin.examples())),
                    PageWriter.number("%.3f", some ? bin.confidence() : null),
                    PageWriter.number("%.3f", some ? bin.accuracy() : null));
        }
        page.endTable().markup("</div>\n").endSection();
    }

    private static void mistakes(PageWriter page, List<RunReport.Mistake> mistakes, Map<String, byte[]> thumbnails) {
        page.section("mistakes", "The most confident mistakes")
                .paragraph("Wrong predictions with the highest probability. Look here first for wrong labels.")
                .markup("<ul class=\"mistakes\">\n");
        for (RunReport.Mistake mistake : mistakes) {
            byte[] jpeg = thumbnails.get(mistake.path());
            page.markup("<li>")
                    .markup(
                            jpeg == null
                                    ? "<span class=\"blank\">no picture</span>"
                                    : "<img alt=\"" + PageWriter.escape(mistake.labelName())
                                            + "\" src=\"data:image/jpeg;base64,"
                                            + Base64.getEncoder().encodeToString(jpeg) + "\">")
                    .markup("is <b>" + PageWriter.label(mistake.labelName()).markup() + "</b><br>taken for <b>"
                            + PageWriter.label(mistake.predictedName()).markup() + "</b>, "
                            + PageWriter.number("%.3f", mistake.probability()) + "<span class=\"path\">"
                            + PageWriter.name(mistake.path()).markup() + "</span></li>\n");
        }
        page.markup("</ul>\n").endSection();
    }
}
