package org.sparkfinetune.data.picture;

import static org.bytedeco.opencv.global.opencv_core.mean;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2GRAY;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * The look of a picture in 88 bits, which survive saving it again, resizing it and small changes of light. The hash is
 * the difference hash of N. Krawetz (2013): the picture is shrunk to 9 × 8 grey values, and each bit says whether a
 * value is smaller than its right neighbour. All pictures without structure have the hash 0, so the mean colour is
 * stored as well.
 *
 * @param difference 64 bits, row by row
 * @param meanColour 0xRRGGBB
 */
public record PerceptualHash(long difference, int meanColour) {
    private static final int COLUMNS = 9;
    private static final int ROWS = 8;
    /** Bits of the hash in which two near duplicates may differ. */
    public static final int MOST_BITS = 3;
    /** Levels of 255 by which each channel of the mean colour may differ. */
    public static final int MOST_LEVELS = 8;

    /** Returns the hash of a picture of three channels, blue, green and red. */
    static PerceptualHash of(Mat pixels) {
        try (Mat small = new Mat();
                Mat grey = new Mat();
                Size size = new Size(COLUMNS, ROWS)) {
            resize(pixels, small, size, 0, 0, INTER_AREA);
            cvtColor(small, grey, COLOR_BGR2GRAY);
            byte[] values = new byte[COLUMNS * ROWS];
            grey.data().get(values);
            return new PerceptualHash(differences(values), meanOf(small));
        }
    }

    private static long differences(byte[] grey) {
        long bits = 0;
        for (int y = 0; y < ROWS; y++) {
            for (int x = 0; x + 1 < COLUMNS; x++) {
                int here = grey[y * COLUMNS + x] & 0xFF;
                int right = grey[y * COLUMNS + x + 1] & 0xFF;
                bits = bits << 1 | (here < right ? 1 : 0);
            }
        }
        return bits;
    }

    private static int meanOf(Mat small) {
        try (Scalar blueGreenRed = mean(small)) {
            return (int) Math.round(blueGreenRed.get(2)) << 16
                    | (int) Math.round(blueGreenRed.get(1)) << 8
                    | (int) Math.round(blueGreenRed.get(0));
        }
    }

    /**
     * Returns whether two pictures are so similar that one in the training split and the other in the test split is a
     * leak.
     */
    public boolean isNear(PerceptualHash other) {
        return Long.bitCount(difference ^ other.difference) <= MOST_BITS
                && channelIsNear(other, 16)
                && channelIsNear(other, 8)
                && channelIsNear(other, 0);
    }

    private boolean channelIsNear(PerceptualHash other, int shift) {
        return Math.abs((meanColour >> shift & 0xFF) - (other.meanColour >> shift & 0xFF)) <= MOST_LEVELS;
    }
}
