package org.sparkfinetune.data.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** TIFF 6.0: a directory with the size and the place of every strip or tile. Only the first page is used. */
public final class TiffStructure implements PictureStructure {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS_PER_SAMPLE = 258;
    private static final int PHOTOMETRIC = 262;
    /** Packed into 16 or 24 bits, floating point once decoded. */
    private static final int LOG_LUMINANCE = 32_844;

    private static final int LOG_LUV = 32_845;
    private static final int STRIP_OFFSETS = 273;
    private static final int STRIP_BYTES = 279;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_BYTES = 325;
    private static final int SHORT = 3;

    @Override
    public int[] size(ByteBuffer data) {
        return new int[] {(int) firstValue(data, WIDTH), (int) firstValue(data, HEIGHT)};
    }

    @Override
    public int bitsPerSample(ByteBuffer data) {
        long colours = firstValue(data, PHOTOMETRIC);
        boolean logarithmic = colours == LOG_LUMINANCE || colours == LOG_LUV;
        return logarithmic ? Float.SIZE : (int) Math.max(1, firstValue(data, BITS_PER_SAMPLE));
    }

    @Override
    public boolean isWhole(ByteBuffer data) {
        return reachesInside(data, STRIP_OFFSETS, STRIP_BYTES) && reachesInside(data, TILE_OFFSETS, TILE_BYTES);
    }

    /** Returns the first value of an entry, 0 when it is absent; also for an EXIF block, which is a TIFF. */
    public static long firstValue(ByteBuffer data, int tag) {
        long[] values = values(data, tag);
        return values.length == 0 ? 0 : Math.min(values[0], Integer.MAX_VALUE);
    }

    private static boolean reachesInside(ByteBuffer data, int offsetsTag, int lengthsTag) {
        long[] offsets = values(data, offsetsTag);
        long[] lengths = values(data, lengthsTag);
        for (int i = 0; i < Math.min(offsets.length, lengths.length); i++) {
            if (offsets[i] + lengths[i] > data.limit()) {
                return false;
            }
        }
        return true;
    }

    /** Returns the unsigned values of one entry of the first directory; empty when it is absent. */
    private static long[] values(ByteBuffer data, int wantedTag) {
        data.order(data.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        moveTo(data, PictureStructure.unsignedInt(data.position(4)));
        int entries = PictureStructure.unsignedShort(data);
        for (int entry = 0; entry < entries; entry++) {
            int tag = PictureStructure.unsignedShort(data);
            int type = PictureStructure.unsignedShort(data);
            long count = PictureStructure.unsignedInt(data);
            if (tag == wantedTag) {
                return valuesHere(data, type, count);
            }
            PictureStructure.skip(data, 4);
        }
        return new long[0];
    }

    private static long[] valuesHere(ByteBuffer data, int type, long count) {
        int bytes = type == SHORT ? 2 : 4;
        if (count * bytes > 4) {
            moveTo(data, PictureStructure.unsignedInt(data));
        }
        // Checked before the array is created: a hostile count must not decide its length.
        PictureStructure.skip(data.duplicate(), count * bytes);
        long[] values = new long[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = type == SHORT ? PictureStructure.unsignedShort(data) : PictureStructure.unsignedInt(data);
        }
        return values;
    }

    private static void moveTo(ByteBuffer data, long position) {
        PictureStructure.skip(data.position(0), position);
    }
}
