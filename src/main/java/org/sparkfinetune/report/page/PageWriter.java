package org.sparkfinetune.report.page;

import java.util.List;
import java.util.Locale;

/**
 * Writes an HTML page piece by piece. All text is escaped here; markup is passed as {@link Html}. Names from outside
 * (labels, paths) are isolated, so that right-to-left text does not reorder the text after it.
 */
final class PageWriter {
    private static final int LONGEST_LABEL = 48;

    private final StringBuilder page = new StringBuilder();
    private int charts;

    /** Markup, as opposed to text. */
    record Html(String markup) {}

    /**
     * A number in a table cell with a bar behind it.
     *
     * @param share length of the bar, a fraction of the cell
     */
    static Html bar(double share, String text) {
        return new Html(String.format(
                Locale.ROOT,
                "<span class=\"bar\"><span class=\"fill\" style=\"width:%.1f%%\"></span></span>%s",
                100 * Math.max(0, Math.min(1, share)),
                escape(text)));
    }

    /** A name from outside. */
    static Html name(String name) {
        return new Html("<bdi>" + escape(name) + "</bdi>");
    }

    /** The name of a class, shortened when it is very long; pointing at it shows all of it. */
    static Html label(String name) {
        return name.length() <= LONGEST_LABEL
                ? name(name)
                : new Html("<bdi title=\"" + escape(name) + "\">" + escape(name.substring(0, LONGEST_LABEL - 1))
                        + "…</bdi>");
    }

    PageWriter markup(String html) {
        page.append(html);
        return this;
    }

    PageWriter section(String id, String title) {
        page.append("<section id=\"").append(id).append("\">\n<h2>");
        page.append(escape(title)).append("</h2>\n");
        return this;
    }

    PageWriter endSection() {
        page.append("</section>\n");
        return this;
    }

    PageWriter heading(String text) {
        page.append("<h3>").append(escape(text)).append("</h3>\n");
        return this;
    }

    PageWriter paragraph(String text) {
        page.append("<p>").append(escape(text)).append("</p>\n");
        return this;
    }

    PageWriter paragraph(Html html) {
        page.append("<p>").append(html.markup()).append("</p>\n");
        return this;
    }

    /**
     * Begins a table that scrolls by itself. Column titles are text; columns of names have {@link Html} titles and are
     * aligned left.
     */
    PageWriter table(String caption, Object... columns) {
        page.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(escape(caption));
        page.append("\"><table>\n<thead><tr>");
        for (Object column : columns) {
            page.append("<th scope=\"col\"")
                    .append(
                            column instanceof Html html
                                    ? " class=\"names\">" + html.markup()
                                    : ">" + escape(String.valueOf(column)))
                    .append("</th>");
        }
        page.append("</tr></thead>\n<tbody>\n");
        return this;
    }

    /** Adds a row; the first cell is its heading. Cells are {@link Html} or text. */
    PageWriter row(Object... cells) {
        return rowOf("", cells);
    }

    /** Adds a highlighted row. */
    PageWriter bestRow(Object... cells) {
        return rowOf(" class=\"best\"", cells);
    }

    private PageWriter rowOf(String attribute, Object... cells) {
        page.append("<tr").append(attribute).append('>');
        for (int i = 0; i < cells.length; i++) {
            page.append(i == 0 ? "<th scope=\"row\">" : "<td>");
            page.append(cells[i] instanceof Html html ? html.markup() : escape(String.valueOf(cells[i])));
            page.append(i == 0 ? "</th>" : "</td>");
        }
        page.append("</tr>\n");
        return this;
    }

    PageWriter endTable() {
        page.append("</tbody></table></div>\n");
        return this;
    }

    /**
     * Adds charts, side by side where there is room. A note takes the place of a chart that cannot be drawn on this
     * machine.
     */
    PageWriter charts(List<LineChart> drawn) {
        page.append("<div class=\"charts\">\n");
        for (LineChart chart : drawn) {
            charts++;
            page.append(chart.figure("c" + charts));
        }
        page.append("</div>\n");
        return this;
    }

    /** Returns the complete page with everything written so far. */
    String page(String title, String style) {
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + escape(title)
                + "</title>\n<style>\n" + style + "</style></head>\n<body>\n" + page + "</body></html>\n";
    }

    /** Formats a figure; a dash when it is absent. */
    static String number(String format, Double value) {
        if (value == null) {
            return "–";
        }
        return value.isNaN() || value.isInfinite() ? value.toString() : String.format(Locale.ROOT, format, value);
    }

    /** Formats a whole number with thin spaces between thousands. */
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value).replace(',', '\u202f');
    }

    /** Escapes text for markup and quoted attributes; replaces characters that HTML forbids. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(Character.isISOControl(c) && c != '\n' && c != '\t' ? '\ufffd' : c);
            }
        }
        return escaped.toString();
    }
}
