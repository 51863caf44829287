package org.sparkfinetune.inference.engine;

import java.util.Arrays;

/**
 * Gives the pixels back, picture by picture. For any number of threads.
 *
 * @param floats of a picture
 */
public record PixelEngine(int floats) implements InferenceEngine {
    @Override
    public float[][][] forward(float[] pixels, int count) {
        float[][][] pictures = new float[count][1][];
        for (int i = 0; i < count; i++) {
            pictures[i][0] = Arrays.copyOfRange(pixels, i * floats, (i + 1) * floats);
        }
        return pictures;
    }
}
