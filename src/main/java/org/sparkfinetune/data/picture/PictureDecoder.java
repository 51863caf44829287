package org.sparkfinetune.data.picture;

import static org.bytedeco.opencv.global.opencv_core.CV_16U;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.sparkfinetune.data.format.ErrorClass;
import org.sparkfinetune.data.format.PictureFormat;
import org.sparkfinetune.data.format.PictureHeader;
import org.sparkfinetune.data.format.RejectedPictureException;

/**
 * Decodes pictures: JPEG, PNG, BMP, WebP and TIFF by OpenCV, the first frame of a GIF by ImageIO. It applies EXIF
 * orientation, flattens alpha on white, and converts grey and CMYK to colour, 16 bits to 8. For any bytes, the result
 * is a {@link Picture} or a {@link RejectedPictureException}. Stateless and safe for many threads.
 */
public final class PictureDecoder {
    private static final double SIXTEEN_TO_EIGHT_BITS = 1 / 257.0;

    static {
        // Spark runs a task on every core already; more threads would only compete with the tasks.
        opencv_core.setNumThreads(1);
    }

    private final PictureLimits limits;

    /** @param limits limits, checked before anything is decoded */
    public PictureDecoder(PictureLimits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
    }

    /**
     * Decodes one picture; the caller closes it.
     *
     * @throws RejectedPictureException when the bytes exceed a limit, are not a picture, are truncated or damaged
     */
    public Picture decode(byte[] encoded) throws RejectedPictureException {
        limits.checkLength(encoded.length);
        PictureHeader header = PictureFormat.headerOf(encoded);
        limits.checkSize(header);
        header.format().checkWhole(encoded);
        Mat pixels =
                switch (header.format()) {
                    case GIF -> GifFrame.decode(encoded);
                    case JPEG -> whole(encoded, decode(encoded, header.format(), IMREAD_COLOR));
                    case BMP -> decode(encoded, header.format(), IMREAD_COLOR);
                    case PNG, WEBP, TIFF ->
                        plainColour(decode(encoded, header.format(), IMREAD_UNCHANGED), header.format());
                };
        return new Picture(Orientation.upright(pixels, Orientation.of(encoded, header.format())), header.format());
    }

    /** Closes {@code pixels} when the JPEG turns out to be cut. */
    private static Mat whole(byte[] encoded, Mat pixels) throws RejectedPictureException {
        if (CutJpeg.isCut(encoded, pixels)) {
            pixels.close();
            throw new RejectedPictureException(
                    ErrorClass.TRUNCATED, "the JPEG data end in the middle of the picture, before their end marker");
        }
        return pixels;
    }

    private static Mat decode(byte[] encoded, PictureFormat format, int flags) throws RejectedPictureException {
        try (BytePointer bytes = new BytePointer(encoded);
                Mat data = new Mat(1, encoded.length, CV_8UC1, bytes)) {
            Mat pixels = imdecode(data, flags);
            if (pixels.empty()) {
                pixels.close();
                throw corrupt(format, "it is damaged, or of a variant that OpenCV does not decode");
            }
            return pixels;
        } catch (RuntimeException cvException) {
            throw corrupt(format, String.valueOf(cvException.getMessage()).strip());
        }
    }

    /** Closes {@code decoded} unless it is the result. */
    private static Mat plainColour(Mat decoded, PictureFormat format) throws RejectedPictureException {
        if (decoded.type() == CV_8UC3) {
            return decoded;
        }
        try (decoded;
                Mat eightBits = new Mat()) {
            switch (decoded.depth()) {
                case CV_8U -> decoded.assignTo(eightBits);
                case CV_16U -> decoded.convertTo(eightBits, CV_8U, SIXTEEN_TO_EIGHT_BITS, 0);
                default ->
                    throw new RejectedPictureException(
                            ErrorClass.UNSUPPORTED_FORMAT,
                            "the " + format + " has samples that are not of 8 or 16 bits without sign");
            }
            return threeChannels(eightBits, format);
        }
    }

    private static Mat threeChannels(Mat eightBits, PictureFormat format) throws RejectedPictureException {
        switch (eightBits.channels()) {
            case 1 -> {
                Mat colour = new Mat();
                cvtColor(eightBits, colour, COLOR_GRAY2BGR);
                return colour;
            }
            case 3 -> {
                return new Mat(eightBits);
            }
            case 4 -> {
                return flattened(eightBits);
            }
            default ->
                throw new RejectedPictureException(
                        ErrorClass.UNSUPPORTED_FORMAT,
                        "the " + format + " has " + eightBits.channels() + " channels, allowed are 1, 3 and 4");
        }
    }

    /** Works row by row, so that a large picture is not copied as a whole. */
    private static Mat flattened(Mat blueGreenRedAlpha) {
        int width = blueGreenRedAlpha.cols();
        Mat colour = new Mat(blueGreenRedAlpha.rows(), width, CV_8UC3);
        byte[] in = new byte[4 * width];
        byte[] out = new byte[3 * width];
        for (int y = 0; y < blueGreenRedAlpha.rows(); y++) {
            blueGreenRedAlpha.ptr(y).get(in);
            for (int x = 0; x < width; x++) {
                int alpha = in[4 * x + 3] & 0xFF;
                for (int channel = 0; channel < 3; channel++) {
                    out[3 * x + channel] = (byte) onWhite(in[4 * x + channel] & 0xFF, alpha);
                }
            }
            colour.ptr(y).put(out);
        }
        return colour;
    }

    /** Returns a sample, 0 to 255, with {@code alpha}, 0 to 255, on white. */
    static int onWhite(int sample, int alpha) {
        return (sample * alpha + 255 * (255 - alpha) + 127) / 255;
    }

    private static RejectedPictureException corrupt(PictureFormat format, String why) {
        return new RejectedPictureException(ErrorClass.CORRUPT, "the " + format + " cannot be decoded: " + why);
    }
}
