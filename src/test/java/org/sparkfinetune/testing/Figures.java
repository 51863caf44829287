package org.sparkfinetune.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** What tests measured, for people: nothing is asserted about it here. Lines of {@code target/figures.txt}. */
public final class Figures {
    private static final Path FILE = Path.of("target/figures.txt");

    private Figures() {}

    /** Adds a line, formatted as by {@link String#format}. */
    public static synchronized void tell(String format, Object... values) {
        String line = String.format(Locale.ROOT, format, values);
        try {
            Files.writeString(FILE, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
