package org.sparkfinetune.data.format;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The outer structure of one picture format: the place of its size and the end of its data. Decoders accept truncated
 * data (OpenCV fills the rest of a JPEG with grey), training must not. All methods get a buffer at position 0 and throw
 * {@link BufferUnderflowException} when the data end too early.
 */
public interface PictureStructure {
    /** Returns width and height as stored, unchecked. */
    int[] size(ByteBuffer data);

    /**
     * Returns whether the data reach the end that the format defines.
     *
     * @throws RejectedPictureException when decoding would take hours
     */
    boolean isWhole(ByteBuffer data) throws RejectedPictureException;

    /** Returns the bits of one sample in a decoder; more than 8 cost more memory. */
    default int bitsPerSample(ByteBuffer data) {
        return 8;
    }

    /** Skips {@code bytes}; the end of the data is an underflow. */
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
