package org.sparkfinetune.report.page;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws a chart with XChart. The only class that needs AWT: where AWT does not work, loading this class fails. The
 * letters of the axes are outlines, so a page looks the same everywhere.
 */
final class ChartDrawing {
    /** Red value of lines; the green value is the number of the line. */
    private static final int LINE = 1;

    private static final Color TEXT = new Color(2, 0, 0);
    private static final Color GRID = new Color(3, 0, 0);
    private static final Color MARK = new Color(4, 0, 0);
    private static final Color NOTHING = new Color(0, 0, 0, 0);
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final int MOST_MARKED_POINTS = 40;

    private final LineChart drawn;

    private ChartDrawing(LineChart drawn) {
        this.drawn = drawn;
    }

    /**
     * Returns an SVG document in the colors {@code rgb(1,n,0)} for line n, (2,0,0) text, (3,0,0) grid and guides,
     * (4,0,0) marks.
     */
    static String svg(LineChart chart) throws IOException {
        ByteArrayOutputStream svg = new ByteArrayOutputStream();
        VectorGraphicsEncoder.saveVectorGraphic(new ChartDrawing(chart).chart(), svg, VectorGraphicsFormat.SVG);
        return svg.toString(StandardCharsets.UTF_8);
    }

    private XYChart chart() {
        XYChart chart = new XYChartBuilder()
                .width(LineChart.WIDTH)
                .height(LineChart.HEIGHT)
                .build();
        style(chart.getStyler());
        int color = 0;
        for (int i = 0; i < drawn.lines().size(); i++) {
            LineChart.Line line = drawn.lines().get(i);
            XYSeries series = chart.addSeries("line " + i, line.x(), line.y());
            boolean dashed = line.guide() || color >= LineChart.COLORS;
            series.setLineColor(line.guide() ? GRID : new Color(LINE, color % LineChart.COLORS, 0));
            series.setMarkerColor(series.getLineColor());
            series.setMarker(
                    line.guide() || line.x().length > MOST_MARKED_POINTS ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
            series.setLineStyle(stroke(2, dashed));
            color += line.guide() ? 0 : 1;
        }
        mark(chart);
        return chart;
    }

    private void mark(XYChart chart) {
        double low = drawn.lines().stream()
                .flatMapToDouble(line -> DoubleStream.of(line.y()))
                .min()
                .orElseThrow();
        double high = drawn.lines().stream()
                .flatMapToDouble(line -> DoubleStream.of(line.y()))
                .max()
                .orElseThrow();
        // A mark needs some height, which a flat line does not have.
        double foot = low < high ? low : Math.min(0, low);
        for (int i = 0; i < drawn.marks().size(); i++) {
            LineChart.Mark mark = drawn.marks().get(i);
            XYSeries series =
                    chart.addSeries("mark " + i, new double[] {mark.x(), mark.x()}, new double[] {foot, high});
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
        style.setXAxisLogarithmic(drawn.isLogarithmic());
        if (drawn.isLogarithmic()) {
            style.setxAxisTickLabelsFormattingFunction(value -> String.format(Locale.ROOT, "%.0e", value));
        } else if (drawn.isOfWholeNumbers()) {
            style.setxAxisTickLabelsFormattingFunction(ChartDrawing::whole);
        }
        drawn.verticalFormat().ifPresent(style::setyAxisTickLabelsFormattingFunction);
    }

    /** Formats whole numbers; values between them get no label. */
    private static String whole(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : " ";
    }
}
