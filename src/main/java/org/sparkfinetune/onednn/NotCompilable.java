package org.sparkfinetune.onednn;

/** A graph has something that a {@link Program} does not know; Deeplearning4j trains it by itself then. */
final class NotCompilable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotCompilable(String vertex, String what) {
        super(vertex + ": " + what);
    }
}
