package org.sparkfinetune.zoo.onnx;

import org.sparkfinetune.check.InvalidRequestException;

/** The errors of an export. */
final class Inexpressible {
    private Inexpressible() {}

    /** For a vertex of a kind that nothing here knows. */
    static InvalidRequestException kind(String vertex, Object kind) {
        return vertex(vertex, "is a " + kind.getClass().getName() + ", which cannot be exported to ONNX");
    }

    /** For a vertex whose kind is known, but not one of its settings. */
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
