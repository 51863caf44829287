package org.sparkfinetune.inference.engine;

/** The user's choice of the engine that runs a network. */
public enum EngineChoice {
    /** ONNX Runtime if its results match Deeplearning4j's on pictures of the job; otherwise Deeplearning4j. */
    AUTO,
    /** ONNX Runtime, or the job fails. */
    ONNX,
    /** Deeplearning4j. */
    DL4J;

    /**
     * Returns the choice for a job that resumes or extends an earlier run: that run's engine instead of {@link #AUTO}.
     * An engine that the user names stays.
     *
     * @param earlier {@link EngineSpec#kind()} of that run
     */
    public EngineChoice continuing(EngineSpec.Kind earlier) {
        return this == AUTO && earlier == EngineSpec.Kind.DL4J ? DL4J : this;
    }
}
