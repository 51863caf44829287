package org.sparkfinetune.train;

import java.nio.ByteBuffer;

/**
 * One chunk as one worker left it, on its way to the sum: worker, weight and raw little-endian floats in one byte array,
 * so that it looks the same whichever serializer Spark is told to use.
 */
final class Piece {
    private static final int HEADER_BYTES = Integer.BYTES + Long.BYTES;

    private final byte[] bytes;

    private Piece(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A piece whose floats are still to be filled in, at {@link #floatsFrom()} of {@link #bytes()}. */
    static Piece allocate(int worker, long weight, int floats) {
        byte[] bytes = new byte[HEADER_BYTES + floats * FlatVector.BYTES];
        ByteBuffer.wrap(bytes).putInt(worker).putLong(weight);
        return new Piece(bytes);
    }

    static Piece read(byte[] bytes) {
        return new Piece(bytes);
    }

    /** Index of the worker, 0-based. */
    int worker() {
        return ByteBuffer.wrap(bytes).getInt();
    }

    /** Examples that the worker fitted in the round. */
    long weight() {
        return ByteBuffer.wrap(bytes).getLong(Integer.BYTES);
    }

    int floats() {
        return payloadBytes() / FlatVector.BYTES;
    }

    float at(int index) {
        return FlatVector.at(bytes, HEADER_BYTES, index);
    }

    byte[] bytes() {
        return bytes;
    }

    int floatsFrom() {
        return HEADER_BYTES;
    }

    int payloadBytes() {
        return bytes.length - HEADER_BYTES;
    }
}
