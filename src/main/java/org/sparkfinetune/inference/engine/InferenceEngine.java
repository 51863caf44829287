package org.sparkfinetune.inference.engine;

/** A loaded network for forward passes. For one thread at a time unless the implementation says otherwise. */
public interface InferenceEngine extends AutoCloseable {
    /**
     * Runs one forward pass.
     *
     * @param pixels network inputs one after the other, {@code count · Preprocessing.floats()} values; further values
     *     are ignored
     * @param count number of pictures, at least 1
     * @return activations, {@code [picture][output][value]}, each output flattened channels-first
     */
    float[][][] forward(float[] pixels, int count);

    /** Releases memory that the garbage collector does not manage. */
    @Override
    default void close() {}
}
