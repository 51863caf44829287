package org.sparkfinetune.data.format;

import java.nio.ByteBuffer;

/** JPEG (ITU T.81, annex B): markers, of which a frame header (SOF) has the size and EOI is the end. */
public final class JpegStructure implements PictureStructure {
    private static final int START_OF_IMAGE = 0xD8;
    private static final int END_OF_IMAGE = 0xD9;

    @Override
    public int[] size(ByteBuffer data) {
        while (true) {
            int marker = nextMarker(data);
            if (marker == END_OF_IMAGE) {
                return new int[] {0, 0};
            }
            if (isFrameHeader(marker)) {
                PictureStructure.skip(data, 3);
                int height = PictureStructure.unsignedShort(data);
                return new int[] {PictureStructure.unsignedShort(data), height};
            }
            skipSegment(data, marker);
        }
    }

    /** Checks for the end marker, and for all scans of a progressive picture. */
    @Override
    public boolean isWhole(ByteBuffer data) throws RejectedPictureException {
        JpegScans scans = new JpegScans();
        int marker = nextMarker(data);
        while (marker != END_OF_IMAGE) {
            if (marker == JpegScans.PROGRESSIVE_FRAME) {
                scans.frame(data.duplicate());
            } else if (marker == JpegScans.START_OF_SCAN) {
                scans.scan(data.duplicate());
            }
            skipSegment(data, marker);
            marker = nextMarker(data);
        }
        return scans.areComplete();
    }

    /** Skips entropy-coded data too: in them 0xFF is followed by 0 or by a restart marker. */
    private static int nextMarker(ByteBuffer data) {
        while (true) {
            if (data.get() != (byte) 0xFF) {
                continue;
            }
            int marker = PictureStructure.unsignedByte(data);
            while (marker == 0xFF) {
                marker = PictureStructure.unsignedByte(data);
            }
            if (marker >= 0xC0 && !isRestart(marker)) {
                return marker;
            }
        }
    }

    private static boolean isRestart(int marker) {
        return marker >= 0xD0 && marker <= 0xD7;
    }

    private static boolean isFrameHeader(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private static void skipSegment(ByteBuffer data, int marker) {
        if (marker != START_OF_IMAGE) {
            PictureStructure.skip(data, PictureStructure.unsignedShort(data) - 2L);
        }
    }
}
