package org.sparkfinetune.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines over a common horizontal axis, drawn by XChart as SVG that stands in a page. The letters of the axes are outlines, so a page looks the same
 * everywhere; colours are those of the page, whether it is light or dark: XChart is given colours that mean nothing and are
 * replaced by names of the style sheet.
 */
final class LineChart {
    /** Lines with a colour of their own; those after them are dashed. */
    static final int COLOURS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(LineChart.class);
    private static final int WIDTH = 480;
    private static final int HEIGHT = 250;
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final int MOST_POINTS = 1000;
    private static final int MOST_MARKED_POINTS = 40;
    private static final Color NOTHING = new Color(0, 0, 0, 0);
    private static final Color TEXT = new Color(2, 0, 0);
    private static final Color GRID = new Color(3, 0, 0);
    private static final Color MARK = new Color(4, 0, 0);
    private static final Pattern COLOUR = Pattern.compile("rgb\\((\\d),(\\d),0\\)");
    private static final Pattern FRACTION = Pattern.compile("-?\\d+\\.\\d+(E-?\\d+)?");

    private final String title;
    private final String horizontal;
    private final List<Line> lines = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private boolean logarithmic;
    private boolean wholeNumbers;
    private Function<Double, String> verticalFormat;

    private record Line(String name, double[] x, double[] y, boolean guide) {}

    private record Mark(String name, double x, boolean best) {}

    /**
     * @param title what is drawn, in words
     * @param horizontal what the horizontal axis is
     */
    LineChart(String title, String horizontal) {
        this.title = title;
        this.horizontal = horizontal;
    }

    /** The horizontal axis is logarithmic; values must be above 0. */
    LineChart logarithmic() {
        logarithmic = true;
        return this;
    }

    /** The horizontal axis counts. */
    LineChart wholeNumbers() {
        wholeNumbers = true;
        return this;
    }

    /** How the vertical axis shows its values. */
    LineChart vertical(Function<Double, String> format) {
        verticalFormat = format;
        return this;
    }

    /** Adds a line; points whose value is no number are left out, and so is a line without points. */
    LineChart line(String name, double[] x, double[] y) {
        return add(name, x, y, false);
    }

    /** Adds a line that is there to compare with. */
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
            lines.add(new Line(
                    name, IntStream.of(drawn).mapToDouble(i -> x[i]).toArray(), values(y, drawn), guide));
        }
        return this;
    }

    private static double[] values(double[] all, int[] wanted) {
        return IntStream.of(wanted).mapToDouble(i -> all[i]).toArray();
    }

    /** Marks a place of the horizontal axis, such as the best epoch. */
    LineChart best(String name, double x) {
        marks.add(new Mark(name, x, true));
        return this;
    }

    /** Marks a boundary on the horizontal axis. */
    LineChart boundary(String name, double x) {
        marks.add(new Mark(name, x, false));
        return this;
    }

    /**
     * The chart with its caption and legend; empty when there is nothing to draw. Where letters cannot be drawn (a machine
     * without fonts) it says so in the chart's place.
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
        int colour = 0;
        for (Line line : lines) {
            String style = line.guide() ? "guide" : "s" + colour % COLOURS + (colour >= COLOURS ? " dashed" : "");
            colour += line.guide() ? 0 : 1;
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
            ByteArrayOutputStream svg = new ByteArrayOutputStream();
            VectorGraphicsEncoder.saveVectorGraphic(chart(), svg, VectorGraphicsFormat.SVG);
            return inPage(svg.toString(StandardCharsets.UTF_8), id);
        } catch (IOException | RuntimeException | LinkageError | InternalError e) {
            // AWT finds no fonts, or not the native libraries that draw them, in some slim containers.
            LOG.warn("no chart \"{}\": {}", title, e.toString());
            return "<p class=\"note\">This chart is missing: the machine that wrote the page has no fonts to draw it with"
                    + " (install a package such as fontconfig with a font). The tables hold the same figures.</p>\n";
        }
    }

    private XYChart chart() {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).build();
        style(chart.getStyler());
        int colour = 0;
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            XYSeries series = chart.addSeries("line " + i, line.x(), line.y());
            boolean dashed = line.guide() || colour >= COLOURS;
            series.setLineColor(line.guide() ? GRID : new Color(1, colour % COLOURS, 0));
            series.setMarkerColor(series.getLineColor());
            series.setMarker(
                    line.guide() || line.x().length > MOST_MARKED_POINTS ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
            series.setLineStyle(stroke(2, dashed));
            colour += line.guide() ? 0 : 1;
        }
        mark(chart);
        return chart;
    }

    private void mark(XYChart chart) {
        double low = lines.stream().flatMapToDouble(line -> DoubleStream.of(line.y())).min().orElseThrow();
        double high = lines.stream().flatMapToDouble(line -> DoubleStream.of(line.y())).max().orElseThrow();
        for (int i = 0; i < marks.size(); i++) {
            Mark mark = marks.get(i);
            XYSeries series =
                    chart.addSeries("mark " + i, new double[] {mark.x(), mark.x()}, new double[] {low, high});
            series.setMarker(SeriesMarkers.NONE);
            series.setLineColor(mark.best() ? MARK : GRID);
            series.setLineStyle(stroke(mark.best() ? 2 : 1.5f, !mark.best()));
        }
    }

    private static BasicStroke stroke(float width, boolean dashed) {
        return dashed
                ? new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {6, 4}, 0)
                : new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    private void style(XYStyler style) {
        style.setChartBackgroundColor(NOTHING);
        style.setPlotBackgroundColor(NOTHING);
        style.setPlotBorderVisible(false);
        style.setLegendVisible(false);
        style.setChartTitleVisible(false);
        style.setAxisTitlesVisible(false);
        style.setChartPadding(4);
        style.setAxisTickLabelsFont(FONT);
        style.setXAxisTickLabelsColor(TEXT);
        style.setYAxisTickLabelsColor(TEXT);
        style.setAxisTickMarksColor(GRID);
        style.setPlotGridLinesColor(GRID);
        style.setPlotGridVerticalLinesVisible(false);
        style.setMarkerSize(5);
        style.setLocale(Locale.ROOT);
        style.setXAxisLogarithmic(logarithmic);
        if (logarithmic) {
            style.setxAxisTickLabelsFormattingFunction(value -> String.format(Locale.ROOT, "%.0e", value));
        } else if (wholeNumbers) {
            style.setxAxisTickLabelsFormattingFunction(LineChart::whole);
        }
        if (verticalFormat != null) {
            style.setyAxisTickLabelsFormattingFunction(verticalFormat);
        }
    }

    private static String whole(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : " ";
    }

    private String inPage(String svg, String id) {
        String body = svg.substring(svg.indexOf('>', svg.indexOf("<svg")) + 1).replaceAll(">\\s+<", "><");
        String shorter = FRACTION.matcher(body).replaceAll(LineChart::rounded);
        String coloured = COLOUR.matcher(shorter).replaceAll(LineChart::named);
        return String.format(
                        Locale.ROOT,
                        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                        WIDTH,
                        HEIGHT,
                        PageWriter.escape(spoken()))
                + coloured.replace("\"clip", "\"" + id + "-").replace("#clip", "#" + id + "-")
                + "\n";
    }

    /** The chart in words, for those who do not see it. */
    private String spoken() {
        StringBuilder words = new StringBuilder("Chart of " + title + " by " + horizontal + ".");
        for (Line line : lines) {
            words.append(String.format(
                    Locale.ROOT,
                    " %s: from %.3g to %.3g.",
                    line.name(),
                    line.y()[0],
                    line.y()[line.y().length - 1]));
        }
        return words.toString();
    }

    private static String rounded(MatchResult number) {
        String text = String.format(Locale.ROOT, "%.1f", Double.parseDouble(number.group()));
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static String named(MatchResult colour) {
        return switch (colour.group(1)) {
            case "1" -> "var(--s" + colour.group(2) + ")";
            case "2" -> "currentColor";
            case "3" -> "var(--grid)";
            case "4" -> "var(--mark)";
            default -> colour.group();
        };
    }
}
