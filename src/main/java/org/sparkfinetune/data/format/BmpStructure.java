package org.sparkfinetune.data.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** BMP: a fixed header and, when not compressed, rows of known length. */
final class BmpStructure implements PictureStructure {
    private static final int CORE_HEADER_BYTES = 12;
    private static final int SIZE_OFFSET = 18;

    @Override
    public int[] size(ByteBuffer data) {
        data.order(ByteOrder.LITTLE_ENDIAN);
        PictureStructure.skip(data, 14);
        if (data.getInt() == CORE_HEADER_BYTES) {
            return new int[] {PictureStructure.unsignedShort(data), PictureStructure.unsignedShort(data)};
        }
        int width = data.getInt();
        // Negative: rows from top to bottom.
        return new int[] {width, Math.abs(data.getInt())};
    }

    @Override
    public boolean isWhole(ByteBuffer data) {
        int[] size = size(data.duplicate());
        data.order(ByteOrder.LITTLE_ENDIAN);
        long pixels = PictureStructure.unsignedInt(data.position(10));
        boolean core = data.getInt() == CORE_HEADER_BYTES;
        PictureStructure.skip(data.position(SIZE_OFFSET), core ? 6 : 10);
        int bitsPerPixel = PictureStructure.unsignedShort(data);
        int compression = core ? 0 : data.getInt();
        boolean runLengths = compression == 1 || compression == 2;
        long rowBytes = ((long) size[0] * bitsPerPixel + 31) / 32 * 4;
        return runLengths || pixels + rowBytes * size[1] <= data.limit();
    }
}
