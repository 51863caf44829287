package org.sparkfinetune.inference.engine;

import java.util.Arrays;

/**
 * Returns the pixels, picture by picture. Safe for many threads.
 *
 * @param floats number of values of a picture
 */
record PixelEngine(int floats) implements InferenceEngine {
    @Override
    public float[][][] forward(float[] pixels, int count) {
        float[][][] pictures = new float[count][1][];
        for (int i = 0; i < count; i++) {
            pictures[i][0] = Arrays.copyOfRange(pixels, i * floats, (i + 1) * floats);
        }
        return pictures;
    }
}
