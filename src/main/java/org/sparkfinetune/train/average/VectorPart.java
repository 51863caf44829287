package org.sparkfinetune.train.average;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.Consumer;
import org.sparkfinetune.train.FlatVector;

/** One chunk of the vector of one worker, read once from its beginning to its end. */
final class VectorPart {
    private final long weight;
    private final Consumer<ByteBuffer> source;

    private final ByteBuffer bytes;
    private final FloatBuffer floats;

    /**
     * @param weight examples that the worker fitted in the round, at least 1
     * @param source fills a buffer with the next raw little-endian floats
     * @param buffer buffer that the floats pass through; others may use it between two calls of {@link #read}
     */
    VectorPart(long weight, Consumer<ByteBuffer> source, ByteBuffer buffer) {
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
            source.accept(bytes.clear().limit(next * FlatVector.BYTES));
            floats.get(0, target, done, next);
        }
    }
}
