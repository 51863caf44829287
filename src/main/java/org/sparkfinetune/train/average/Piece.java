package org.sparkfinetune.train.average;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.sparkfinetune.train.FlatVector;

/** One chunk as one worker left it, read from its beginning to its end. */
final class Piece {
    private final long weight;
    private final FlatVector.Source source;

    private final ByteBuffer bytes;
    private final FloatBuffer floats;

    /**
     * @param weight examples that the worker fitted in the round, at least 1
     * @param source of its floats
     * @param buffer that the floats pass through; others may use it between two readings
     */
    Piece(long weight, FlatVector.Source source, ByteBuffer buffer) {
        this.weight = weight;
        this.source = source;
        this.bytes = buffer.duplicate().clear();
        this.floats = bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    long weight() {
        return weight;
    }

    /** Reads the next floats to the beginning of an array. */
    void read(float[] target, int count) {
        for (int done = 0; done < count; done += floats.limit()) {
            int next = Math.min(floats.limit(), count - done);
            source.read(bytes.clear().limit(next * FlatVector.BYTES));
            floats.get(0, target, done, next);
        }
    }
}
