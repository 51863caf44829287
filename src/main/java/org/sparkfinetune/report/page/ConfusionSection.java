package org.sparkfinetune.report.page;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.sparkfinetune.report.RunReport;

/**
 * Classes that are taken for others: a table of numbers for a few classes, a heat map for many, and always the most
 * confused pairs. A heat map has only the cells that are not 0, so that a page of 100 classes stays small.
 */
final class ConfusionSection {
    private static final int MOST_IN_A_TABLE = 20;
    private static final int WIDE_TABLE = 7;
    /** When there are more classes, the map has those with the most mistakes. */
    private static final int MOST_IN_A_MAP = 120;

    private static final int PAIRS = 20;
    private static final int LONGEST_NAME = 30;
    /** Average width of a letter as a fraction of its height. */
    private static final double LETTER = 0.58;

    private final PageWriter page;
    private final RunReport.Evaluation evaluation;

    /**
     * Measures of a heat map, in pixels.
     *
     * @param cell side of a cell
     * @param letters height of the letters
     * @param margin space for names, left and above
     */
    private record Measures(int cell, double letters, int margin) {
        static Measures of(int classes, int longestName) {
            int cell = classes <= 45 ? 18 : classes <= 75 ? 13 : 10;
            double letters = Math.min(12, 0.85 * cell);
            return new Measures(cell, letters, (int) (longestName * LETTER * letters) + 12);
        }

        int at(int place) {
            return margin + place * cell;
        }
    }

    private ConfusionSection(PageWriter page, RunReport.Evaluation evaluation) {
        this.page = page;
        this.evaluation = evaluation;
    }

    static void write(PageWriter page, RunReport.Evaluation evaluation) {
        new ConfusionSection(page, evaluation).write();
    }

    private void write() {
        int classes = evaluation.perClass().size();
        page.section("confusion", "Confusion");
        if (classes <= MOST_IN_A_TABLE) {
            page.paragraph("Rows are the true classes, columns the predicted ones.");
            page.markup(classes <= WIDE_TABLE ? "<div class=\"pair\">\n" : "<div>\n");
            table(classes);
        } else {
            page.markup("<div>\n");
            map(shown(classes), classes);
        }
        page.markup("<div>\n");
        pairs();
        page.markup("</div></div>\n").endSection();
    }

    private long count(int label, int predicted) {
        return evaluation.confusionMatrix()[label][predicted];
    }

    private double share(int label, int predicted) {
        return count(label, predicted)
                / (double) Math.max(1, evaluation.perClass().get(label).examples());
    }

    private void table(int classes) {
        page.markup("<div class=\"scroll confusion" + (classes > WIDE_TABLE ? " many" : "")
                + "\" tabindex=\"0\" role=\"region\" aria-label=\"confusion matrix\"><table>\n<thead><tr><td></td>");
        for (int label = 0; label < classes; label++) {
            page.markup("<th scope=\"col\">"
                    + PageWriter.label(evaluation.labelName(label)).markup() + "</th>");
        }
        page.markup("</tr></thead>\n<tbody>\n");
        for (int label = 0; label < classes; label++) {
            page.markup("<tr><th scope=\"row\">"
                    + PageWriter.label(evaluation.labelName(label)).markup() + "</th>");
            for (int predicted = 0; predicted < classes; predicted++) {
                page.markup(cell(label, predicted));
            }
            page.markup("</tr>\n");
        }
        page.endTable();
    }

    private String cell(int label, int predicted) {
        long count = count(label, predicted);
        if (count == 0) {
            return "<td class=\"none\">0</td>";
        }
        return String.format(
                Locale.ROOT,
                "<td class=\"%s\" style=\"--v:%.2f\">%d</td>",
                label == predicted ? "hit" : "miss",
                share(label, predicted),
                count);
    }

    /** The classes in the map, in their order. */
    private List<Integer> shown(int classes) {
        return IntStream.range(0, classes)
                .boxed()
                .sorted(Comparator.comparingLong(this::mistakes).reversed())
                .limit(MOST_IN_A_MAP)
                .sorted()
                .toList();
    }

    /** Number of pictures of a class that were taken for others, and of others taken for this class. */
    private long mistakes(int label) {
        long sum = -2 * count(label, label);
        for (int other = 0; other < evaluation.perClass().size(); other++) {
            sum += count(label, other) + count(other, label);
        }
        return sum;
    }

    private void map(List<Integer> shown, int classes) {
        page.paragraph(
                "Rows are the true classes, columns the predicted ones; the stronger the color, the larger the fraction"
                        + " of the row. Blue is correct, orange is wrong. Point at a cell for names and numbers."
                        + (shown.size() < classes
                                ? " The map shows " + shown.size() + " of " + classes
                                        + " classes: those with the most mistakes."
                                : ""));
        int longest = shown.stream()
                .mapToInt(label ->
                        Math.min(LONGEST_NAME, evaluation.labelName(label).length()))
                .max()
                .orElse(0);
        Measures measures = Measures.of(shown.size(), longest);
        int size = measures.at(shown.size()) + 8;
        page.markup(String.format(
                Locale.ROOT,
                "<div class=\"heat\" tabindex=\"0\" role=\"region\" aria-label=\"confusion matrix\">"
                        + "<svg width=\"%d\" height=\"%d\" font-size=\"%.1f\" role=\"img\" aria-label=\"%s\">%n",
                size,
                size,
                measures.letters(),
                "Heat map of true classes against predicted ones; the table below lists the largest cells"));
        for (int i = 0; i < shown.size(); i++) {
            page.markup(String.format(
                    Locale.ROOT,
                    "<text transform=\"translate(%d %d) rotate(-90)\">%s</text>",
                    measures.at(i + 1) - measures.cell() / 4,
                    measures.margin() - 4,
                    title(shown.get(i))));
        }
        for (int i = 0; i < shown.size(); i++) {
            mapRow(shown, i, measures);
        }
        page.markup("</svg></div>\n");
    }

    private void mapRow(List<Integer> shown, int row, Measures measures) {
        int label = shown.get(row);
        int y = measures.at(row);
        int right = measures.at(shown.size());
        page.markup(String.format(
                Locale.ROOT,
                "<g class=\"row\"><rect class=\"lane\" x=\"0\" y=\"%d\" width=\"%d\" height=\"%d\"/>"
                        + "<path class=\"rule\" d=\"M%d %dH%d\"/>",
                y,
                right,
                measures.cell(),
                measures.margin(),
                y + measures.cell(),
                right));
        page.markup(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                measures.margin() - 4,
                y + measures.cell() - measures.cell() / 4,
                title(label)));
        for (int column = 0; column < shown.size(); column++) {
            int predicted = shown.get(column);
            if (count(label, predicted) > 0) {
                page.markup(String.format(
                        Locale.ROOT,
                        "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\""
                                + " fill-opacity=\"%.2f\"><title>%s</title></rect>",
                        label == predicted ? "hit" : "miss",
                        measures.at(column),
                        y,
                        measures.cell() - 1,
                        measures.cell() - 1,
                        0.2 + 0.8 * Math.min(1, share(label, predicted)),
                        PageWriter.escape(words(label, predicted))));
            }
        }
        page.markup("</g>\n");
    }

    private String words(int label, int predicted) {
        return evaluation.labelName(label) + " taken for " + evaluation.labelName(predicted) + ": "
                + count(label, predicted) + " of "
                + evaluation.perClass().get(label).examples();
    }

    /** The name, shortened when it is long; pointing at it shows all of it. */
    private String title(int label) {
        String name = evaluation.labelName(label);
        return name.length() <= LONGEST_NAME
                ? PageWriter.escape(name)
                : PageWriter.escape(middleCut(name)) + "<title>" + PageWriter.escape(name) + "</title>";
    }

    /** Cuts the middle out of a name, since names of classes often differ at their ends. */
    private static String middleCut(String name) {
        int kept = (LONGEST_NAME - 1) / 2;
        return name.substring(0, kept) + "…" + name.substring(name.length() - kept);
    }

    private void pairs() {
        List<RunReport.Confusion> pairs = evaluation.mostConfused(PAIRS);
        if (pairs.isEmpty()) {
            page.paragraph("No picture was taken for another class.");
            return;
        }
        page.heading("Most confused")
                .table("most confused pairs", "is", PageWriter.name("taken for"), "pictures", "of its class");
        for (RunReport.Confusion pair : pairs) {
            page.row(
                    PageWriter.label(evaluation.labelName(pair.label())),
                    PageWriter.label(evaluation.labelName(pair.predicted())),
                    PageWriter.count(pair.pictures()),
                    PageWriter.bar(
                            share(pair.label(), pair.predicted()),
                            PageWriter.number("%.0f %%", 100 * share(pair.label(), pair.predicted()))));
        }
        page.endTable();
    }
}
