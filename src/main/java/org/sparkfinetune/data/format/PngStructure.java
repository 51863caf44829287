package org.sparkfinetune.data.format;

import java.nio.ByteBuffer;

/** PNG (ISO/IEC 15948): a chain of chunks from IHDR, which has the size, to IEND. */
final class PngStructure implements PictureStructure {
    private static final int SIGNATURE_BYTES = 8;
    private static final int IEND = 0x49454E44;

    @Override
    public int[] size(ByteBuffer data) {
        PictureStructure.skip(data, SIGNATURE_BYTES + 8L);
        return new int[] {data.getInt(), data.getInt()};
    }

    @Override
    public int bitsPerSample(ByteBuffer data) {
        PictureStructure.skip(data, SIGNATURE_BYTES + 16L);
        return PictureStructure.unsignedByte(data);
    }

    @Override
    public boolean isWhole(ByteBuffer data) {
        PictureStructure.skip(data, SIGNATURE_BYTES);
        int type;
        do {
            long length = PictureStructure.unsignedInt(data);
            type = data.getInt();
            PictureStructure.skip(data, length + 4);
        } while (type != IEND);
        return true;
    }
}
