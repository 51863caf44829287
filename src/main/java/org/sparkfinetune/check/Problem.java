package org.sparkfinetune.check;

import java.io.Serializable;
import java.util.Objects;

/**
 * A problem with the user's input, described so that it can be fixed without reading the manual.
 *
 * @param place {@code file:key}, or the path of the file or folder
 * @param message the problem, the value found, the allowed values and what to do
 */
public record Problem(String place, String message) implements Serializable {
    public Problem {
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(message, "message");
    }

    @Override
    public String toString() {
        return place + ": " + message;
    }
}
