package org.sparkfinetune.report.page;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.sparkfinetune.report.RunReport;

/** Learning rates that were tried side by side. */
final class SearchSection {
    /** Losses are cut at this multiple of the lowest one, so that the interesting part stays visible. */
    private static final double HIGHEST = 5;

    private SearchSection() {}

    static void write(PageWriter page, RunReport.LearningRateSearch search) {
        page.section("rates", "Learning rates")
                .paragraph("Suggested: " + PageWriter.number("%.3g", search.suggestion()) + ". Each rate was tried for "
                        + search.steps() + " minibatches of " + search.batchSize() + " examples.");
        page.charts(List.of(chart(search)));
        page.table("learning rates", "rate", "loss", "validation loss", "validation accuracy");
        for (RunReport.RateCandidate one : search.candidates()) {
            Object[] cells = {
                PageWriter.number("%.3g", one.learningRate()),
                one.diverged() ? "diverged" : PageWriter.number("%.4f", one.loss()),
                PageWriter.number("%.4f", one.validationLoss()),
                PageWriter.number("%.3f", one.validationAccuracy())
            };
            if (one.learningRate() == search.suggestion()) {
                page.bestRow(cells);
            } else {
                page.row(cells);
            }
        }
        page.endTable().endSection();
    }

    /** A single rate is not a curve and is not drawn. */
    private static LineChart chart(RunReport.LearningRateSearch search) {
        List<RunReport.RateCandidate> drawn =
                search.candidates().stream().filter(one -> !one.diverged()).toList();
        LineChart chart = new LineChart("Loss, cut at five times the lowest", "learning rate").logarithmic();
        if (drawn.size() < 2) {
            return chart;
        }
        double[] rates = drawn.stream()
                .mapToDouble(RunReport.RateCandidate::learningRate)
                .toArray();
        return chart.line("training", rates, losses(drawn, RunReport.RateCandidate::loss))
                .line("validation", rates, losses(drawn, RunReport.RateCandidate::validationLoss))
                .best("suggestion, " + PageWriter.number("%.3g", search.suggestion()), search.suggestion());
    }

    private static double[] losses(
            List<RunReport.RateCandidate> drawn, Function<RunReport.RateCandidate, Double> figure) {
        double[] losses = drawn.stream()
                .map(figure)
                .mapToDouble(value -> value == null ? Double.NaN : value)
                .toArray();
        double highest = HIGHEST
                * Math.max(
                        1e-3,
                        Arrays.stream(losses).filter(Double::isFinite).min().orElse(0));
        return Arrays.stream(losses)
                .map(loss -> Double.isFinite(loss) ? Math.min(loss, highest) : Double.NaN)
                .toArray();
    }
}
