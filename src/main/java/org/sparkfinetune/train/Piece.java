package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** One chunk as one worker left it. */
final class Piece {
    private final long weight;
    private final FloatBuffer floats;

    /**
     * @param weight examples that the worker fitted in the round, at least 1
     * @param bytes raw little-endian floats
     */
    Piece(long weight, ByteBuffer bytes) {
        this.weight = weight;
        this.floats = bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    long weight() {
        return weight;
    }

    int floats() {
        return floats.limit();
    }

    float at(int index) {
        return floats.get(index);
    }

    /** Copies consecutive floats to the beginning of an array. */
    void copy(int from, float[] target, int count) {
        floats.get(from, target, 0, count);
    }
}
