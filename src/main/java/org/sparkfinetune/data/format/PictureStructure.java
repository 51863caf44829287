package org.sparkfinetune.data.format;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The outer structure of one picture format: where its size stands and where its data end. Decoders forgive truncated data
 * (OpenCV fills a cut JPEG with grey), training must not. Both methods get a buffer at position 0 and throw
 * {@link BufferUnderflowException} when the data end too early.
 */
public interface PictureStructure {
    /** Width and height as stored; an array of two ints that may be nonsense, the caller checks them. */
    int[] size(ByteBuffer data);

    /**
     * Whether the data reach the end that the format defines.
     *
     * @throws RejectedPictureException when they are made to keep a decoder busy for hours
     */
    boolean isWhole(ByteBuffer data) throws RejectedPictureException;

    /** Bits of one sample as a decoder would hold it: more than 8 cost more memory. */
    default int bitsPerSample(ByteBuffer data) {
        return 8;
    }

    /** Moves on by {@code bytes}; the end of the data counts as an underflow. */
    static void skip(ByteBuffer data, long bytes) {
        if (bytes < 0 || bytes > data.remaining()) {
            throw new BufferUnderflowException();
        }
        data.position(data.position() + (int) bytes);
    }

    static int unsignedByte(ByteBuffer data) {
        return data.get() & 0xFF;
    }

    static int unsignedShort(ByteBuffer data) {
        return data.getShort() & 0xFFFF;
    }

    static long unsignedInt(ByteBuffer data) {
        return data.getInt() & 0xFFFFFFFFL;
    }
}
