package org.sparkfinetune.train;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A long vector of 32-bit floats, stored as raw little-endian bytes in blocks of nearly 4 MiB. Independent of ND4J's
 * classes and backends, and not limited to the 2 GiB of a Java array.
 */
public final class FlatVector {
    /** Bytes per element. */
    public static final int BYTES = Float.BYTES;

    /**
     * Slightly below 4 MiB with the array's header: Java's G1 gives large arrays entire regions of 1, 2, 4 MiB or more.
     */
    public static final int BLOCK_FLOATS = (1 << 20) - 1024;

    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    private final long length;
    /** Null after {@link #release}. */
    private byte[][] blocks;

    /** A vector of zeros. */
    public FlatVector(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("length must be at least 0, not " + length);
        }
        this.length = length;
        this.blocks = new byte[(int) ((length + BLOCK_FLOATS - 1) / BLOCK_FLOATS)][];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = new byte[BYTES * (int) Math.min(BLOCK_FLOATS, length - (long) i * BLOCK_FLOATS)];
        }
    }

    /** Copies an ND4J float array of any shape; null gives the empty vector (SGD has no updater state). */
    public static FlatVector of(INDArray array) {
        FlatVector vector = new FlatVector(array == null ? 0 : array.length());
        for (int i = 0; i < vector.blocks.length; i++) {
            byte[] block = vector.blocks[i];
            NativeFloats.bytes(array, (long) i * BLOCK_FLOATS, block.length / BYTES)
                    .get(block);
        }
        return vector;
    }

    /** Overwrites an ND4J float array of the same length; null is allowed if this vector is empty. */
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

    /** Returns one element. */
    public float at(long index) {
        return (float) FLOAT.get(blocks()[(int) (index / BLOCK_FLOATS)], BYTES * (int) (index % BLOCK_FLOATS));
    }

    /**
     * Overwrites elements.
     *
     * @param index first element
     * @param floats number of elements
     * @param source fills each buffer that it receives with the next raw little-endian floats
     */
    public void put(long index, int floats, Consumer<ByteBuffer> source) {
        long to = index;
        while (to < index + floats) {
            int inBlock = (int) (to % BLOCK_FLOATS);
            int count = (int) Math.min(index + floats - to, BLOCK_FLOATS - inBlock);
            source.accept(ByteBuffer.wrap(blocks()[(int) (to / BLOCK_FLOATS)], inBlock * BYTES, count * BYTES));
            to += count;
        }
    }

    /** The blocks, not copied; all but the last have the same length. Callers must not change them. */
    public byte[][] blocks() {
        if (blocks == null) {
            throw new IllegalStateException("the vector of " + length + " floats was released");
        }
        return blocks;
    }

    /** Releases the floats; the length stays. */
    void release() {
        blocks = null;
    }

    /** Compares bits: NaN equals NaN, and 0.0 differs from -0.0. */
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
