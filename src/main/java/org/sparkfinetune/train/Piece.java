package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** One chunk as one worker left it, read from its beginning to its end. */
final class Piece {
    private final long weight;
    private final FlatVector.Source source;

    private byte[] bytes = new byte[0];
    private FloatBuffer floats;

    /**
     * @param weight examples that the worker fitted in the round, at least 1
     * @param source of raw little-endian floats
     */
    Piece(long weight, FlatVector.Source source) {
        this.weight = weight;
        this.source = source;
    }

    long weight() {
        return weight;
    }

    /** Reads the next floats to the beginning of an array. */
    void read(float[] target, int count) {
        if (bytes.length < count * FlatVector.BYTES) {
            bytes = new byte[count * FlatVector.BYTES];
            floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        }
        source.read(bytes, 0, count * FlatVector.BYTES);
        floats.get(0, target, 0, count);
    }
}
