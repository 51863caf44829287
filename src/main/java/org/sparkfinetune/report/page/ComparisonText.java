package org.sparkfinetune.report.page;

import java.util.ArrayList;
import java.util.List;

/** A comparison as a text table: one column for each run, a star beside the best value of a row. */
final class ComparisonText {
    private static final int LONGEST_CELL = 40;
    private static final String GAP = "  ";

    private ComparisonText() {}

    static String of(Comparison comparison) {
        List<List<String>> lines = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(""));
        comparison.runs().forEach(run -> head.add(tail(run.name())));
        lines.add(head);
        for (Comparison.Part part : comparison.parts()) {
            if (!part.rows().isEmpty()) {
                lines.add(List.of(part.title() + ":"));
                part.rows().forEach(row -> lines.add(line(row)));
            }
        }
        StringBuilder text = new StringBuilder();
        comparison
                .warnings()
                .forEach(warning ->
                        text.append("WARNING: ").append(printable(warning)).append('\n'));
        int[] widths = widths(lines, head.size());
        for (List<String> line : lines) {
            text.append(padded(line, widths)).append('\n');
        }
        return text.toString();
    }

    private static List<String> line(Comparison.Row row) {
        List<String> line = new ArrayList<>(List.of("  " + tail(row.name())));
        for (int i = 0; i < row.cells().size(); i++) {
            String cell = row.cells().get(i).isEmpty() ? "-" : tail(row.cells().get(i));
            // Every cell has room for the star, so that the figures are aligned.
            line.add(cell + (row.best().contains(i) ? "*" : " "));
        }
        return line;
    }

    /** The end of a long text, which is where paths and fingerprints differ. */
    private static String tail(String text) {
        String line = printable(text);
        return line.length() <= LONGEST_CELL ? line : "…" + line.substring(line.length() - LONGEST_CELL + 1);
    }

    /** Replaces control characters, which could move the cursor of a terminal. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "\ufffd");
    }

    private static int[] widths(List<List<String>> lines, int columns) {
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < line.size() && line.size() > 1; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        return widths;
    }

    private static String padded(List<String> line, int[] widths) {
        StringBuilder padded = new StringBuilder();
        for (int i = 0; i < line.size(); i++) {
            String space = " ".repeat(Math.max(0, widths[i] - line.get(i).length()));
            padded.append(i == 0 ? line.get(i) + space : GAP + space + line.get(i));
        }
        return padded.toString().stripTrailing();
    }
}
