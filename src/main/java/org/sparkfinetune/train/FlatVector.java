package org.sparkfinetune.train;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A long row of 32-bit floats as raw little-endian bytes in blocks of nearly 4 MiB: independent of ND4J's classes and of the
 * backend, and never near the 2 GiB that a Java array can hold.
 */
public final class FlatVector {
    /** Bytes of one element. */
    public static final int BYTES = Float.BYTES;

    /** With the array's header a little below 4 MiB: Java's G1 gives large arrays whole regions, of 1, 2 or 4 MiB and more. */
    public static final int BLOCK_FLOATS = (1 << 20) - 1024;

    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    private final long length;
    /** Null once they are released. */
    private byte[][] blocks;

    /** A vector of zeros. */
    public FlatVector(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("a length cannot be " + length);
        }
        this.length = length;
        this.blocks = new byte[(int) ((length + BLOCK_FLOATS - 1) / BLOCK_FLOATS)][];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = new byte[BYTES * (int) Math.min(BLOCK_FLOATS, length - (long) i * BLOCK_FLOATS)];
        }
    }

    /** A copy of an ND4J float array of any shape; null is the empty vector (SGD has no updater state). */
    public static FlatVector of(INDArray array) {
        FlatVector vector = new FlatVector(array == null ? 0 : array.length());
        for (int i = 0; i < vector.blocks.length; i++) {
            byte[] block = vector.blocks[i];
            NativeFloats.bytes(array, (long) i * BLOCK_FLOATS, block.length / BYTES)
                    .get(block);
        }
        return vector;
    }

    /** Overwrites an ND4J float array of the same length; null is allowed when this vector is empty. */
    public void copyTo(INDArray array) {
        long expected = array == null ? 0 : array.length();
        if (expected != length) {
            throw new IllegalArgumentException("a vector of " + length + " floats does not fit " + expected);
        }
        for (int i = 0; i < blocks().length; i++) {
            byte[] block = blocks[i];
            NativeFloats.fill(array, (long) i * BLOCK_FLOATS, block.length / BYTES, target -> target.put(block));
        }
    }

    /** Number of floats. */
    public long length() {
        return length;
    }

    /** One element. */
    public float at(long index) {
        return at(blocks()[(int) (index / BLOCK_FLOATS)], 0, (int) (index % BLOCK_FLOATS));
    }

    /** Where floats of a vector come from. */
    public interface Source {
        /** Fills a buffer with the next raw little-endian floats. */
        void read(ByteBuffer target);
    }

    /** Overwrites elements from an index on. */
    public void put(long index, int floats, Source source) {
        long to = index;
        while (to < index + floats) {
            int inBlock = (int) (to % BLOCK_FLOATS);
            int count = (int) Math.min(index + floats - to, BLOCK_FLOATS - inBlock);
            source.read(ByteBuffer.wrap(blocks()[(int) (to / BLOCK_FLOATS)], inBlock * BYTES, count * BYTES));
            to += count;
        }
    }

    /** The bytes themselves, of equal length but the last; not to be changed by readers. */
    public byte[][] blocks() {
        if (blocks == null) {
            throw new IllegalStateException("a vector of " + length + " floats is used that was released");
        }
        return blocks;
    }

    /** Lets the floats go; only the length stays. */
    void release() {
        blocks = null;
    }

    public static float at(byte[] bytes, int offsetBytes, int index) {
        return (float) FLOAT.get(bytes, offsetBytes + index * BYTES);
    }

    public static void set(byte[] bytes, int offsetBytes, int index, float value) {
        FLOAT.set(bytes, offsetBytes + index * BYTES, value);
    }

    /** Equal bits, so NaN equals NaN and 0.0 differs from -0.0. */
    @Override
    public boolean equals(Object other) {
        return other instanceof FlatVector vector
                && vector.length == length
                && Arrays.deepEquals(vector.blocks(), blocks());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(blocks());
    }

    @Override
    public String toString() {
        return "FlatVector of " + length + " floats, "
                + (blocks == null ? "released" : "hash " + Integer.toHexString(hashCode()));
    }
}
