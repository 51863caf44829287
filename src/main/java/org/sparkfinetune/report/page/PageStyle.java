package org.sparkfinetune.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The style sheet that is embedded in every page. */
final class PageStyle {
    /** Text of the style sheet. */
    static final String CSS = read();

    private PageStyle() {}

    private static String read() {
        try (InputStream stream = PageStyle.class.getResourceAsStream("report.css")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("report.css is not in the jar", e);
        }
    }
}
