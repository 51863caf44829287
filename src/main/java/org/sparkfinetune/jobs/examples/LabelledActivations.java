package org.sparkfinetune.jobs.examples;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * One picture as the tail sees it.
 *
 * @param label 0-based
 * @param activations of each boundary vertex, float32 little-endian, channels first
 */
record LabelledActivations(int label, byte[][] activations) implements Serializable {
    /** From the values of each boundary vertex. */
    static LabelledActivations of(int label, float[][] values) {
        return new LabelledActivations(
                label, Arrays.stream(values).map(LabelledActivations::bytes).toArray(byte[][]::new));
    }

    /** Raw bytes of floats: a third of the time and space of Parquet's lists of floats. */
    static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /** The floats of one boundary vertex. */
    FloatBuffer floats(int vertex) {
        return ByteBuffer.wrap(activations[vertex])
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }
}
