package org.sparkfinetune.inference.engine;

/** A network ready to run forward. Used by one thread at a time unless it says otherwise. */
public interface InferenceEngine extends AutoCloseable {
    /**
     * One forward pass.
     *
     * @param pixels network inputs one after the other, {@code count · Preprocessing.floats()} values, rest ignored
     * @param count pictures, at least 1
     * @return activations, {@code [picture][output][value]}, each output flattened channels-first
     */
    float[][][] forward(float[] pixels, int count);

    /** Gives memory back that the garbage collector does not know of. */
    @Override
    default void close() {}
}
