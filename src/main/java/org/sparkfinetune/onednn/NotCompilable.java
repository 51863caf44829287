package org.sparkfinetune.onednn;

/** The graph has a part that a {@link Program} does not support; Deeplearning4j trains it layer by layer then. */
final class NotCompilable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param what unsupported property of the graph as a whole */
    NotCompilable(String what) {
        super(what);
    }

    NotCompilable(String vertex, String what) {
        super(vertex + ": " + what);
    }
}
