package org.sparkfinetune.data.picture;

import org.bytedeco.opencv.opencv_core.Mat;
import org.sparkfinetune.data.format.PictureFormat;

/**
 * A decoded picture: upright, 8 bit, three channels in the order blue, green, red. Holds native memory (3 · width ·
 * height bytes) until {@link #close()}; the garbage collector would free it far too late.
 *
 * @param pixels OpenCV matrix of type CV_8UC3, height rows and width columns
 * @param format format of the encoded picture
 */
public record Picture(Mat pixels, PictureFormat format) implements AutoCloseable {
    /** Returns pixels after EXIF orientation. */
    public int width() {
        return pixels.cols();
    }

    /** Returns pixels after EXIF orientation. */
    public int height() {
        return pixels.rows();
    }

    /** Returns the pixels of the shorter side. */
    public int shortSide() {
        return Math.min(width(), height());
    }

    @Override
    public void close() {
        pixels.close();
    }
}
