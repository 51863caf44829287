package org.sparkfinetune.inference;

/** What the user wants a network to be run by. */
public enum EngineChoice {
    /**
     * ONNX Runtime when it gives what Deeplearning4j gives, tried on pictures of the job, and is not clearly slower where speed
     * may decide ({@link EngineRequest}); Deeplearning4j otherwise.
     */
    AUTO,
    /** ONNX Runtime, or the job fails. */
    ONNX,
    /** Deeplearning4j. */
    DL4J
}
