package org.sparkfinetune.features;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A matrix in a file of NumPy's format 1.0; its rows follow the header one after the other.
 *
 * @param descr NumPy's name of the value type, such as {@code <f4}
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</a>
 */
public record NumpyMatrix(String descr, long rows, int columns) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;

    /** Returns the beginning of the file. */
    public byte[] header() {
        String shape =
                String.format("{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d), }", descr, rows, columns);
        int before = MAGIC.length + Short.BYTES;
        int size = (before + shape.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        String padding = " ".repeat(size - before - shape.length() - 1);
        return ByteBuffer.allocate(size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .putShort((short) (size - before))
                .put((shape + padding + '\n').getBytes(StandardCharsets.US_ASCII))
                .array();
    }
}
