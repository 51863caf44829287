package org.sparkfinetune.report.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines over a common horizontal axis, as SVG that is embedded in a page. The chart has the colors of the page, light
 * or dark: {@link ChartDrawing} draws in placeholder colors, which are replaced by names of the style sheet.
 */
final class LineChart {
    /** Number of lines with a color of their own; further lines are dashed. */
    static final int COLORS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(LineChart.class);
    static final int WIDTH = 480;
    static final int HEIGHT = 250;
    private static final int MOST_POINTS = 1000;
    private static final Pattern COLOR = Pattern.compile("rgb\\((\\d),(\\d),0\\)");
    private static final Pattern FRACTION = Pattern.compile("-?\\d+\\.\\d+(E-?\\d+)?");

    private final String title;
    private final String horizontal;
    private final List<Line> lines = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private boolean logarithmic;
    private boolean wholeNumbers;
    private Function<Double, String> verticalFormat;

    record Line(String name, double[] x, double[] y, boolean guide) {}

    record Mark(String name, double x, boolean best) {}

    /**
     * @param title subject of the chart
     * @param horizontal name of the horizontal axis
     */
    LineChart(String title, String horizontal) {
        this.title = title;
        this.horizontal = horizontal;
    }

    /** Makes the horizontal axis logarithmic; values must be above 0. */
    LineChart logarithmic() {
        logarithmic = true;
        return this;
    }

    /** Labels only whole numbers on the horizontal axis. */
    LineChart wholeNumbers() {
        wholeNumbers = true;
        return this;
    }

    /** Sets the format of the vertical axis. */
    LineChart vertical(Function<Double, String> format) {
        verticalFormat = format;
        return this;
    }

    /** Adds a line. Points whose value is NaN or infinite are left out, and so is a line without points. */
    LineChart line(String name, double[] x, double[] y) {
        return add(name, x, y, false);
    }

    /** Adds a line for comparison. */
    LineChart guide(String name, double[] x, double[] y) {
        return add(name, x, y, true);
    }

    private LineChart add(String name, double[] x, double[] y, boolean guide) {
        int[] good = IntStream.range(0, x.length)
                .filter(i -> Double.isFinite(x[i]) && Double.isFinite(y[i]) && (!logarithmic || x[i] > 0))
                .toArray();
        int step = 1 + (good.length - 1) / MOST_POINTS;
        int[] drawn = IntStream.range(0, good.length)
                .filter(i -> i % step == 0 || i == good.length - 1)
                .map(i -> good[i])
                .toArray();
        if (drawn.length > 0) {
            lines.add(new Line(name, IntStream.of(drawn).mapToDouble(i -> x[i]).toArray(), values(y, drawn), guide));
        }
        return this;
    }

    private static double[] values(double[] all, int[] wanted) {
        return IntStream.of(wanted).mapToDouble(i -> all[i]).toArray();
    }

    /** Marks a value of the horizontal axis, such as the best epoch. */
    LineChart best(String name, double x) {
        marks.add(new Mark(name, x, true));
        return this;
    }

    /** Marks a boundary on the horizontal axis. */
    LineChart boundary(String name, double x) {
        marks.add(new Mark(name, x, false));
        return this;
    }

    List<Line> lines() {
        return lines;
    }

    List<Mark> marks() {
        return marks;
    }

    boolean isLogarithmic() {
        return logarithmic;
    }

    boolean isOfWholeNumbers() {
        return wholeNumbers;
    }

    Optional<Function<Double, String>> verticalFormat() {
        return Optional.ofNullable(verticalFormat);
    }

    /**
     * Returns the chart with its caption and legend; empty when there is nothing to draw. A machine without fonts
     * cannot draw letters; a note takes the place of the chart then.
     *
     * @param id unique in the page
     */
    String figure(String id) {
        if (lines.isEmpty()) {
            return "";
        }
        StringBuilder figure = new StringBuilder("<figure>\n<figcaption><strong>");
        figure.append(PageWriter.escape(title))
                .append("</strong> by ")
                .append(PageWriter.escape(horizontal))
                .append("<span class=\"legend\">");
        legend(figure);
        return figure.append("</span></figcaption>\n")
                .append(drawing(id))
                .append("</figure>\n")
                .toString();
    }

    private void legend(StringBuilder figure) {
        int color = 0;
        for (Line line : lines) {
            String style = line.guide() ? "guide" : "s" + color % COLORS + (color >= COLORS ? " dashed" : "");
            color += line.guide() ? 0 : 1;
            key(figure, style, line.name());
        }
        marks.stream().filter(Mark::best).findFirst().ifPresent(mark -> key(figure, "mark", mark.name()));
        marks.stream().filter(mark -> !mark.best()).findFirst().ifPresent(mark -> key(figure, "edge", mark.name()));
    }

    private static void key(StringBuilder figure, String style, String name) {
        figure.append(" <span class=\"key ")
                .append(style)
                .append("\"><i></i><bdi>")
                .append(PageWriter.escape(name))
                .append("</bdi></span>");
    }

    private String drawing(String id) {
        try {
            return inPage(ChartDrawing.svg(this), id);
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            // In some slim containers AWT finds no fonts, or no native libraries to draw them: a bare Error,
            // InternalError, NullPointerException or UnsatisfiedLinkError, depending on what is missing.
            LOG.warn("no chart \"{}\": {}", title, e.toString());
            return "<p class=\"note\">This chart is missing: the machine that wrote the page has no fonts to draw"
                    + " it with"
                    + " (install a package such as fontconfig with a font). The tables hold the same figures.</p>\n";
        }
    }

    private String inPage(String svg, String id) {
        String body = svg.substring(svg.indexOf('>', svg.indexOf("<svg")) + 1).replaceAll(">\\s+<", "><");
        String shorter = FRACTION.matcher(body).replaceAll(LineChart::rounded);
        String colored = COLOR.matcher(shorter).replaceAll(LineChart::named);
        return String.format(
                        Locale.ROOT,
                        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                        WIDTH,
                        HEIGHT,
                        PageWriter.escape(spoken()))
                + colored.replace("\"clip", "\"" + id + "-").replace("#clip", "#" + id + "-")
                + "\n";
    }

    /** The chart in words, for screen readers. */
    private String spoken() {
        StringBuilder words = new StringBuilder("Chart of " + title + " by " + horizontal + ".");
        for (Line line : lines) {
            words.append(String.format(
                    Locale.ROOT, " %s: from %.3g to %.3g.", line.name(), line.y()[0], line.y()[line.y().length - 1]));
        }
        return words.toString();
    }

    private static String rounded(MatchResult number) {
        String text = String.format(Locale.ROOT, "%.1f", Double.parseDouble(number.group()));
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static String named(MatchResult color) {
        return switch (color.group(1)) {
            case "1" -> "var(--s" + color.group(2) + ")";
            case "2" -> "currentColor";
            case "3" -> "var(--grid)";
            case "4" -> "var(--mark)";
            default -> color.group();
        };
    }
}
