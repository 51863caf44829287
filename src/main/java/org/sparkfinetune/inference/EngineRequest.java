package org.sparkfinetune.inference;

/**
 * Who is to run a network, and what decides where that is left open.
 *
 * @param choice of the user
 * @param bySpeed whether Deeplearning4j runs a network that ONNX Runtime runs rightly but clearly slower. Another machine, or
 *     a busy one, may then come to another decision, and to other last bits: not for what must be the same each time.
 */
public record EngineRequest(EngineChoice choice, boolean bySpeed) {
    /** ONNX Runtime whenever it agrees with Deeplearning4j: the same decision each time. For all that is trained on. */
    public static EngineRequest agreeing(EngineChoice choice) {
        return new EngineRequest(choice, false);
    }

    /** The faster one of two that agree. For results whose engine is written down beside them. */
    public static EngineRequest fastest(EngineChoice choice) {
        return new EngineRequest(choice, true);
    }

    /**
     * The same where another run has decided already: one that is gone on with, or whose result is added to. What the user
     * asks for by name stays.
     *
     * @param earlier {@link EngineSpec#kind()} of that run
     */
    public EngineRequest continuing(EngineSpec.Kind earlier) {
        if (choice != EngineChoice.AUTO) {
            return this;
        }
        return agreeing(earlier == EngineSpec.Kind.DL4J ? EngineChoice.DL4J : EngineChoice.AUTO);
    }
}
