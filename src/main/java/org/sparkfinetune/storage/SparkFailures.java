package org.sparkfinetune.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Failures;
import org.sparkfinetune.check.FinetuneException;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * Translates a failed Spark job for the user. Spark wraps the cause several times; underneath is often one of this
 * project's exceptions or an answer of the file system (no space left, permission denied), and neither is an internal
 * error.
 */
public final class SparkFailures {
    private SparkFailures() {}

    /**
     * Returns the exception to throw instead.
     *
     * @param place file or folder that was read or written, for the message
     * @return the exception of this project inside {@code failure}; an {@link InvalidRequestException} with the setting
     *     to raise when memory ran out; a {@link BadDataException} when the root is an {@link IOException}; otherwise
     *     {@code failure} itself when unchecked, or wrapped
     */
    public static RuntimeException translate(Throwable failure, String place) {
        List<Throwable> chain = chain(failure);
        for (Throwable link : chain) {
            if (link instanceof FinetuneException ours) {
                return ours;
            }
        }
        Optional<InvalidRequestException> shortage = MemoryShortage.in(chain);
        if (shortage.isPresent()) {
            return shortage.get();
        }
        Collections.reverse(chain);
        for (Throwable link : chain) {
            if (link instanceof IOException) {
                return new BadDataException(place, "cannot be read or written: " + reason(link), failure);
            }
        }
        if (failure instanceof RuntimeException unchecked) {
            return unchecked;
        }
        return new IllegalStateException("unexpected failure at " + place, failure);
    }

    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable link = failure; link != null && seen.add(link); link = link.getCause()) {
            chain.add(link);
        }
        return chain;
    }

    private static String reason(Throwable cause) {
        String text = Failures.firstLine(cause);
        return text + advice(text);
    }

    private static String advice(String text) {
        if (text.contains("No space left") || text.contains("quota")) {
            return "; free some space, then run the same command again";
        }
        if (text.contains("ermission")) {
            return "; check who owns the folder, then run the same command again";
        }
        return "";
    }
}
