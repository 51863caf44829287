package org.sparkfinetune.data.picture;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.util.Optional;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.sparkfinetune.data.format.RejectedPictureException;

/**
 * A picture that is small enough for a page: a JPEG of at most {@value #SIDE} pixels a side and {@value #MOST_BYTES}
 * bytes.
 */
public final class ThumbnailJpeg {
    static final int SIDE = 160;
    static final int MOST_BYTES = 16_384;
    private static final int QUALITY = 72;

    private ThumbnailJpeg() {}

    /** Shrinks an encoded picture; empty when it cannot be decoded. */
    public static Optional<byte[]> of(byte[] encoded) {
        try (Picture picture = new PictureDecoder(PictureLimits.DEFAULT).decode(encoded);
                Mat small = new Mat()) {
            double scale = Math.min(1, SIDE / (double) Math.max(picture.width(), picture.height()));
            int width = (int) Math.max(1, Math.round(picture.width() * scale));
            int height = (int) Math.max(1, Math.round(picture.height() * scale));
            resize(picture.pixels(), small, new Size(width, height), 0, 0, INTER_AREA);
            byte[] jpeg = ResizePolicy.jpeg(small, QUALITY);
            return jpeg.length <= MOST_BYTES ? Optional.of(jpeg) : Optional.empty();
        } catch (RejectedPictureException e) {
            return Optional.empty();
        }
    }
}
