package org.sparkfinetune.report;

import java.util.List;
import java.util.Locale;

/**
 * Loss against learning rate as a drawing inside a page: rates from left to right on a logarithmic scale, losses from bottom to
 * top. The suggestion is marked.
 */
final class RateChart {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 240;
    private static final int MARGIN = 30;
    /** Losses above this many times the lowest would press the interesting part flat. */
    private static final double HIGHEST = 5;

    private RateChart() {}

    /** SVG text; empty when fewer than two rates have a loss. */
    static String of(RunReport.LearningRateSearch search) {
        List<RunReport.RateCandidate> drawn =
                search.candidates().stream().filter(one -> !one.diverged()).toList();
        if (drawn.size() < 2) {
            return "";
        }
        double lowest = drawn.stream().mapToDouble(RateChart::loss).min().orElseThrow();
        double highest = Math.min(
                HIGHEST * Math.max(lowest, 1e-3),
                drawn.stream().mapToDouble(RateChart::loss).max().orElseThrow());
        double from = Math.log(drawn.get(0).learningRate());
        double to = Math.log(drawn.get(drawn.size() - 1).learningRate());
        StringBuilder points = new StringBuilder();
        StringBuilder marks = new StringBuilder();
        for (RunReport.RateCandidate one : drawn) {
            double x = MARGIN + (WIDTH - 2 * MARGIN) * (Math.log(one.learningRate()) - from) / (to - from);
            double height = (Math.min(loss(one), highest) - lowest) / Math.max(1e-12, highest - lowest);
            double y = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * height;
            boolean suggested = one.learningRate() == search.suggestion();
            points.append(text("%.1f,%.1f ", x, y));
            marks.append(text("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"/>", x, y, suggested ? 6 : 3));
            marks.append(text(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.1g</text>", x, HEIGHT - 8, one.learningRate()));
        }
        return text("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"loss against learning rate\"", WIDTH, HEIGHT)
                + " style=\"max-width: 40rem; font-size: 11px; fill: currentColor\"><polyline fill=\"none\""
                + " stroke=\"#4285f4\" stroke-width=\"2\" points=\"" + points + "\"/>" + marks + "</svg>\n";
    }

    private static double loss(RunReport.RateCandidate one) {
        return one.validationLoss() == null ? one.loss() : one.validationLoss();
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
