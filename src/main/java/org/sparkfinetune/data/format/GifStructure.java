package org.sparkfinetune.data.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** GIF: blocks; the size is that of the first frame, and only the first frame must be complete. */
final class GifStructure implements PictureStructure {
    private static final int EXTENSION = 0x21;
    private static final int FRAME = 0x2C;

    @Override
    public int[] size(ByteBuffer data) {
        if (!moveToFirstFrame(data)) {
            return new int[] {0, 0};
        }
        PictureStructure.skip(data, 4);
        return new int[] {PictureStructure.unsignedShort(data), PictureStructure.unsignedShort(data)};
    }

    @Override
    public boolean isWhole(ByteBuffer data) {
        if (!moveToFirstFrame(data)) {
            return false;
        }
        PictureStructure.skip(data, 8);
        skipColourTable(data, PictureStructure.unsignedByte(data));
        PictureStructure.skip(data, 1);
        skipSubBlocks(data);
        return true;
    }

    /** Returns false when the file has no frame: another block than a frame or an extension comes first. */
    private static boolean moveToFirstFrame(ByteBuffer data) {
        data.order(ByteOrder.LITTLE_ENDIAN);
        PictureStructure.skip(data, 10);
        int flags = PictureStructure.unsignedByte(data);
        PictureStructure.skip(data, 2);
        skipColourTable(data, flags);
        int block = PictureStructure.unsignedByte(data);
        while (block == EXTENSION) {
            PictureStructure.skip(data, 1);
            skipSubBlocks(data);
            block = PictureStructure.unsignedByte(data);
        }
        return block == FRAME;
    }

    private static void skipColourTable(ByteBuffer data, int flags) {
        boolean present = (flags & 0x80) != 0;
        PictureStructure.skip(data, present ? 3L << ((flags & 7) + 1) : 0);
    }

    private static void skipSubBlocks(ByteBuffer data) {
        int length = PictureStructure.unsignedByte(data);
        while (length != 0) {
            PictureStructure.skip(data, length);
            length = PictureStructure.unsignedByte(data);
        }
    }
}
