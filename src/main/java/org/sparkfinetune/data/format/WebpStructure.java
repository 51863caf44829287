package org.sparkfinetune.data.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** WebP (RFC 9649): a RIFF container whose first chunk has the size, in one of three ways. */
final class WebpStructure implements PictureStructure {
    private static final int LOSSY = fourCc("VP8 ");
    private static final int LOSSLESS = fourCc("VP8L");
    private static final int EXTENDED = fourCc("VP8X");

    @Override
    public int[] size(ByteBuffer data) {
        data.order(ByteOrder.LITTLE_ENDIAN);
        PictureStructure.skip(data, 12);
        int chunk = data.getInt();
        PictureStructure.skip(data, 4);
        if (chunk == LOSSY) {
            PictureStructure.skip(data, 6);
            int width = PictureStructure.unsignedShort(data) & 0x3FFF;
            return new int[] {width, PictureStructure.unsignedShort(data) & 0x3FFF};
        }
        if (chunk == LOSSLESS) {
            PictureStructure.skip(data, 1);
            int bits = data.getInt();
            return new int[] {(bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1};
        }
        if (chunk == EXTENDED) {
            PictureStructure.skip(data, 4);
            int width = PictureStructure.unsignedShort(data) + (PictureStructure.unsignedByte(data) << 16) + 1;
            int height = PictureStructure.unsignedShort(data) + (PictureStructure.unsignedByte(data) << 16) + 1;
            return new int[] {width, height};
        }
        return new int[] {0, 0};
    }

    @Override
    public boolean isWhole(ByteBuffer data) {
        data.order(ByteOrder.LITTLE_ENDIAN);
        PictureStructure.skip(data, 4);
        return PictureStructure.unsignedInt(data) <= data.remaining();
    }

    private static int fourCc(String name) {
        return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
    }
}
