package org.sparkfinetune.data.picture;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import java.io.Serializable;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;

/**
 * The size in which large pictures are stored, so that later jobs read and decode less. A picture whose short side is
 * longer than {@code shortSide} is shrunk by area averaging and stored upright: JPEG and WebP as JPEG of quality 95,
 * PNG, BMP, GIF and TIFF as PNG. All others keep their original bytes, which {@link PictureDecoder} rotates when it
 * reads them.
 *
 * @param shortSide largest short side in pixels; 0 keeps the original bytes of every picture
 */
public record ResizePolicy(
        @Key(
                value = "Pixels of the short side; larger pictures are shrunk to it, 0 keeps every picture as it is",
                defaultValue = "256",
                min = 0,
                max = 8192)
        int shortSide)
        implements Serializable {

    private static final int JPEG_QUALITY = 95;
    /** JPEG and WebP cannot be longer; a strip of 1 × 100,000 pixels is stored as PNG. */
    private static final int JPEG_MAX_SIDE = 65_500;

    /**
     * A stored picture.
     *
     * @param image encoded bytes
     * @param width width in pixels after EXIF orientation
     * @param height height in pixels after EXIF orientation
     * @param look hash of the stored pixels
     */
    public record Stored(byte[] image, int width, int height, PerceptualHash look) {}

    /** Returns the picture to store, from a decoded picture, which stays open, and its original bytes. */
    public Stored apply(Picture picture, byte[] encoded) {
        if (shortSide == 0 || picture.shortSide() <= shortSide) {
            return new Stored(encoded, picture.width(), picture.height(), PerceptualHash.of(picture.pixels()));
        }
        try (Mat small = PictureTensor.resizedToShortSide(picture.pixels(), shortSide, Interpolation.AREA)) {
            boolean asPng = picture.format().isLossless() || Math.max(small.cols(), small.rows()) > JPEG_MAX_SIDE;
            // The hash of the small picture: hashing the large one would cost as much as shrinking it.
            return new Stored(encode(small, asPng), small.cols(), small.rows(), PerceptualHash.of(small));
        }
    }

    private static byte[] encode(Mat pixels, boolean asPng) {
        if (!asPng) {
            return jpeg(pixels, JPEG_QUALITY);
        }
        try (IntPointer parameters = new IntPointer(0)) {
            return encode(pixels, ".png", parameters);
        }
    }

    /** @param quality 1 to 100 */
    static byte[] jpeg(Mat pixels, int quality) {
        try (IntPointer parameters = new IntPointer(new int[] {IMWRITE_JPEG_QUALITY, quality})) {
            return encode(pixels, ".jpg", parameters);
        }
    }

    private static byte[] encode(Mat pixels, String format, IntPointer parameters) {
        try (BytePointer buffer = new BytePointer();
                BytePointer extension = new BytePointer(format)) {
            if (!imencode(extension, pixels, buffer, parameters)) {
                throw new IllegalStateException("OpenCV could not encode " + pixels.cols() + " x " + pixels.rows());
            }
            byte[] encoded = new byte[Math.toIntExact(buffer.limit())];
            buffer.get(encoded);
            return encoded;
        }
    }
}
