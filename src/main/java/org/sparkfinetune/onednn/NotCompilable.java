package org.sparkfinetune.onednn;

/** A graph has something that a {@link Program} does not know; Deeplearning4j trains it by itself then. */
final class NotCompilable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param what of the graph as a whole */
    NotCompilable(String what) {
        super(what);
    }

    NotCompilable(String vertex, String what) {
        super(vertex + ": " + what);
    }
}
