package org.sparkfinetune.check;

import java.io.Serializable;
import java.util.Objects;

/**
 * One thing that is wrong with what the user gave, told so that it can be mended without reading the manual.
 *
 * @param place where it is, {@code file:key} or the path of the file or folder
 * @param message what is wrong, the value that was found, what is allowed and what to do
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
