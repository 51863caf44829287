package org.sparkfinetune.report.page;

import java.util.List;
import java.util.function.Function;
import org.sparkfinetune.report.RunReport;

/** A comparison as an HTML page. */
final class ComparisonPage {
    private final PageWriter page = new PageWriter();
    private final Comparison comparison;

    private ComparisonPage(Comparison comparison) {
        this.comparison = comparison;
    }

    static String of(Comparison comparison) {
        return new ComparisonPage(comparison).write();
    }

    private String write() {
        page.markup("<header>\n<h1>comparison of " + comparison.runs().size() + " runs</h1>\n");
        comparison
                .warnings()
                .forEach(warning -> page.markup(
                        "<p class=\"warning\"><strong>Warning:</strong> " + PageWriter.escape(warning) + "</p>\n"));
        page.markup("</header>\n<main>\n");
        List<Comparison.Part> parts = comparison.parts();
        table("differences", parts.get(0));
        table("results", parts.get(1));
        curves();
        if (parts.size() > 2) {
            table("classes", parts.get(2));
        }
        return page.markup("</main>\n").page("spark-finetune comparison", PageStyle.CSS);
    }

    private void table(String id, Comparison.Part part) {
        page.section(id, part.title());
        if (part.rows().isEmpty()) {
            page.paragraph("None: recipes, inputs and versions are the same.").endSection();
            return;
        }
        String[] columns = new String[1 + comparison.runs().size()];
        columns[0] = "";
        for (int i = 1; i < columns.length; i++) {
            columns[i] = comparison.runs().get(i - 1).name();
        }
        page.table(part.title(), columns);
        for (Comparison.Row row : part.rows()) {
            Object[] cells = new Object[columns.length];
            cells[0] = PageWriter.name(row.name());
            for (int i = 1; i < columns.length; i++) {
                String cell = row.cells().get(i - 1);
                cells[i] = cell.isEmpty()
                        ? "–"
                        : new PageWriter.Html((row.best().contains(i - 1) ? "<span class=\"best-value\">" : "<span>")
                                + PageWriter.escape(cell) + "</span>");
            }
            page.row(cells);
        }
        page.endTable().endSection();
    }

    private void curves() {
        if (comparison.runs().stream().noneMatch(run -> run.training().isPresent())) {
            return;
        }
        page.section("curves", "Learning curves")
                .charts(List.of(
                        chart("Validation loss", RunReport.Epoch::validationLoss),
                        chart("Validation accuracy", RunReport.Epoch::validationAccuracy),
                        chart("Training loss", RunReport.Epoch::loss),
                        chart("Learning rate of the head", RunReport.Epoch::learningRate)
                                .vertical(value -> PageWriter.number("%.2g", value))))
                .endSection();
    }

    private LineChart chart(String title, Function<RunReport.Epoch, Double> figure) {
        LineChart chart = new LineChart(title, "epoch").wholeNumbers();
        for (ComparedRun run : comparison.runs()) {
            run.training()
                    .map(RunReport.Training::epochs)
                    .ifPresent(epochs -> chart.line(
                            run.name(),
                            epochs.stream().mapToDouble(RunReport.Epoch::epoch).toArray(),
                            epochs.stream()
                                    .map(figure)
                                    .mapToDouble(value -> value == null ? Double.NaN : value)
                                    .toArray()));
        }
        return chart;
    }
}
