package org.sparkfinetune.zoo.onnx;

import org.sparkfinetune.check.InvalidRequestException;

/** The errors of an export. */
final class Inexpressible {
    private Inexpressible() {}

    /** Returns the error for a vertex of an unknown kind. */
    static InvalidRequestException kind(String vertex, Object kind) {
        return vertex(vertex, "is a " + kind.getClass().getName() + ", which cannot be exported to ONNX");
    }

    /** Returns the error for a vertex of a known kind with an unknown setting. */
    static InvalidRequestException setting(String vertex, Object kind, String setting) {
        return vertex(
                vertex,
                "is a " + kind.getClass().getName() + " with " + setting + ", which cannot be exported to ONNX");
    }

    private static InvalidRequestException vertex(String vertex, String what) {
        return new InvalidRequestException(
                "vertex \"" + vertex + "\"", what + "; export a layer below it, or run it with engine: dl4j");
    }
}
