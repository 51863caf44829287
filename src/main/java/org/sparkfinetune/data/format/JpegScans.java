package org.sparkfinetune.data.format;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The scans of a progressive JPEG (ITU T.81, annex G). Each scan refines some coefficients of some components down to
 * some bit. The picture is complete when every coefficient of every component is known down to bit 0. Other kinds of
 * JPEG need no scans.
 */
final class JpegScans {
    static final int PROGRESSIVE_FRAME = 0xC2;
    static final int START_OF_SCAN = 0xDA;

    private static final int COEFFICIENTS = 64;
    /** Programs write about ten. Each costs a pass over the whole picture, so thousands would take hours. */
    private static final int MOST_SCANS = 500;

    private int scans;

    /** Component to the lowest known bit of each coefficient. */
    private final Map<Integer, int[]> lowestBits = new HashMap<>();

    /** @param data data behind the marker of a progressive frame */
    void frame(ByteBuffer data) {
        PictureStructure.skip(data, 7);
        int components = PictureStructure.unsignedByte(data);
        for (int i = 0; i < components; i++) {
            int[] none = new int[COEFFICIENTS];
            Arrays.fill(none, Integer.MAX_VALUE);
            lowestBits.put(PictureStructure.unsignedByte(data), none);
            PictureStructure.skip(data, 2);
        }
    }

    /**
     * @param data data behind the marker of a scan
     * @throws RejectedPictureException when there are too many
     */
    void scan(ByteBuffer data) throws RejectedPictureException {
        if (++scans > MOST_SCANS) {
            throw new RejectedPictureException(
                    ErrorClass.CORRUPT,
                    "the JPEG has more than " + MOST_SCANS + " scans, no camera or program writes so many");
        }
        PictureStructure.skip(data, 2);
        int[] components = new int[PictureStructure.unsignedByte(data)];
        for (int i = 0; i < components.length; i++) {
            components[i] = PictureStructure.unsignedByte(data);
            PictureStructure.skip(data, 1);
        }
        int first = PictureStructure.unsignedByte(data);
        int last = PictureStructure.unsignedByte(data);
        int bit = PictureStructure.unsignedByte(data) & 0xF;
        for (int component : components) {
            int[] bits = lowestBits.getOrDefault(component, new int[0]);
            for (int i = first; i <= Math.min(last, bits.length - 1); i++) {
                bits[i] = Math.min(bits[i], bit);
            }
        }
    }

    boolean areComplete() {
        return lowestBits.values().stream().allMatch(bits -> Arrays.stream(bits).allMatch(bit -> bit == 0));
    }
}
