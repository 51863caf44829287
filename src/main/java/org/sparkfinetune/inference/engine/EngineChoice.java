package org.sparkfinetune.inference.engine;

/** What the user wants a network to be run by. */
public enum EngineChoice {
    /** ONNX Runtime when it gives what Deeplearning4j gives, tried on pictures of the job; Deeplearning4j otherwise. */
    AUTO,
    /** ONNX Runtime, or the job fails. */
    ONNX,
    /** Deeplearning4j. */
    DL4J;

    /**
     * The same where another run has decided already: one that is gone on with, or whose result is added to. What the user
     * asks for by name stays.
     *
     * @param earlier {@link EngineSpec#kind()} of that run
     */
    public EngineChoice continuing(EngineSpec.Kind earlier) {
        return this == AUTO && earlier == EngineSpec.Kind.DL4J ? DL4J : this;
    }
}
