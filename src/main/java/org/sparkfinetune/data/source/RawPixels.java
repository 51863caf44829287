package org.sparkfinetune.data.source;

import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import org.apache.spark.sql.Row;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Cells of Spark's {@code image} reader: rows of 8-bit pixels, blue, green, red, perhaps alpha. */
final class RawPixels {
    private RawPixels() {}

    /** Encodes a cell as PNG; no bytes when the cell has no picture, as for a file that Spark could not decode. */
    static byte[] toPng(Row cell) {
        int height = cell.<Integer>getAs("height");
        int width = cell.<Integer>getAs("width");
        int mode = cell.<Integer>getAs("mode");
        byte[] data = cell.getAs("data");
        int channels = (mode >> 3) + 1;
        boolean eightBits = (mode & 7) == 0;
        boolean known = channels == 1 || channels == 3 || channels == 4;
        if (height < 1 || width < 1 || !eightBits || !known || data.length != (long) height * width * channels) {
            return new byte[0];
        }
        try (BytePointer bytes = new BytePointer(data);
                Mat pixels = new Mat(height, width, mode, bytes);
                BytePointer extension = new BytePointer(".png");
                BytePointer buffer = new BytePointer()) {
            if (!imencode(extension, pixels, buffer)) {
                throw new IllegalStateException("OpenCV could not encode " + width + " x " + height);
            }
            byte[] encoded = new byte[Math.toIntExact(buffer.limit())];
            buffer.get(encoded);
            return encoded;
        }
    }
}
