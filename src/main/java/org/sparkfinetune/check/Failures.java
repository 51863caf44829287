package org.sparkfinetune.check;

import java.util.concurrent.ExecutionException;

/** What a failure means: its first line for the user, its root cause, what a future threw. */
public final class Failures {
    private Failures() {}

    /** Returns the first line of the message, or the name of the class when there is no message. */
    public static String firstLine(Throwable failure) {
        return firstLine(
                failure.getMessage() == null ? "" : failure.getMessage(),
                failure.getClass().getSimpleName());
    }

    /** @param otherwise result for a blank text */
    public static String firstLine(String text, String otherwise) {
        return text.strip().lines().findFirst().orElse(otherwise);
    }

    /** Returns the cause that has no cause. */
    public static Throwable root(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /**
     * Returns the unchecked exception that the work behind a future threw, or wraps a checked one; rethrows an error.
     */
    public static RuntimeException unwrap(ExecutionException failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException(cause.getMessage(), cause);
    }
}
