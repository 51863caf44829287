package org.sparkfinetune.ml;

import java.util.List;
import java.util.Locale;

/** Treatment of a row whose picture cannot be used: the values of {@code handleInvalid}. */
enum InvalidPictures {
    /** The Spark job fails with the name of the picture. */
    ERROR,
    /** The row is left out, counted and logged. */
    SKIP,
    /** The row stays, with nulls in the new columns. */
    KEEP;

    /** Returns the values of the parameter. */
    static List<String> names() {
        return PictureParams.names(values());
    }

    static InvalidPictures of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
