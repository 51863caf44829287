package org.sparkfinetune.data.picture;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.util.List;
import java.util.Objects;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;

/**
 * Turns encoded pictures into the input of a network: float32, channels first, {@code (value - mean) / std} for each
 * channel. The short side is resized to {@code shortSide} (larger or smaller), the centre is cut; sizes and positions
 * are rounded as torchvision's {@code Resize} and {@code CenterCrop} round them. Safe for many threads.
 */
public final class PictureTensor {
    private final Preprocessing preprocessing;
    private final PictureDecoder decoder;
    /** The result for each of the 256 values of a sample, for blue, green and red. */
    private final float[][] scaled = new float[3][256];
    /** The begin of the planes of blue, green and red in the tensor. */
    private final int[] planeOffset = new int[3];

    /** @param limits limits for pictures that were not written by {@code shard} */
    public PictureTensor(Preprocessing preprocessing, PictureLimits limits) {
        this.preprocessing = Objects.requireNonNull(preprocessing, "preprocessing");
        this.decoder = new PictureDecoder(limits);
        List<Double> mean = preprocessing.mean();
        List<Double> std = preprocessing.std();
        int plane = preprocessing.height() * preprocessing.width();
        for (int channel = 0; channel < 3; channel++) {
            int position = preprocessing.channelOrder() == ChannelOrder.BGR ? channel : 2 - channel;
            planeOffset[channel] = position * plane;
            for (int value = 0; value < 256; value++) {
                scaled[channel][value] = (float) ((value - mean.get(position)) / std.get(position));
            }
        }
    }

    /** Returns the number of floats of one picture: 3 · height · width. */
    public int floats() {
        return preprocessing.floats();
    }

    /**
     * Decodes one picture and writes its tensor.
     *
     * @param target array that receives {@link #floats()} values from {@code offset} on; unchanged when the picture is
     *     rejected
     */
    public void write(byte[] encoded, float[] target, int offset) throws RejectedPictureException {
        Objects.checkFromIndexSize(offset, floats(), target.length);
        try (Picture picture = decoder.decode(encoded)) {
            write(picture, target, offset);
        }
    }

    /** Writes the tensor of a decoded picture, which stays as it is. */
    public void write(Picture picture, float[] target, int offset) {
        try (Mat fitted = fitted(picture)) {
            write(fitted, target, offset);
        }
    }

    /** Returns what the network sees of a picture, in the size of its input; the caller closes the matrix. */
    public Mat fitted(Picture picture) {
        int height = preprocessing.height();
        int width = preprocessing.width();
        try (Mat resized =
                        resizedToShortSide(picture.pixels(), preprocessing.shortSide(), preprocessing.interpolation());
                Rect centre = new Rect(
                        centreOffset(resized.cols(), width), centreOffset(resized.rows(), height), width, height);
                Mat crop = new Mat(resized, centre)) {
            return crop.clone();
        }
    }

    /**
     * Writes the tensor of pixels in the size of the network's input.
     *
     * @param fitted CV_8UC3 without gaps between its rows, as {@link #fitted(Picture)} makes it
     * @param target array that receives {@link #floats()} values from {@code offset} on
     */
    public void write(Mat fitted, float[] target, int offset) {
        Objects.checkFromIndexSize(offset, floats(), target.length);
        byte[] samples = new byte[floats()];
        fitted.data().get(samples);
        spread(samples, target, offset);
    }

    private void spread(byte[] samples, float[] target, int offset) {
        for (int channel = 0; channel < 3; channel++) {
            float[] values = scaled[channel];
            int out = offset + planeOffset[channel];
            for (int in = channel; in < samples.length; in += 3) {
                target[out++] = values[samples[in] & 0xFF];
            }
        }
    }

    /**
     * Resizes a picture so that its short side has {@code shortSide} pixels and its long side ⌊long · shortSide /
     * short⌋.
     *
     * @return a new matrix header that the caller closes; it shares the pixels when no resizing is needed
     */
    static Mat resizedToShortSide(Mat pixels, int shortSide, Interpolation interpolation) {
        int width = pixels.cols();
        int height = pixels.rows();
        int shorter = Math.min(width, height);
        if (shorter == shortSide) {
            return new Mat(pixels);
        }
        int longSide = (int) ((long) shortSide * Math.max(width, height) / shorter);
        Mat resized = new Mat();
        try (Size size = width <= height ? new Size(shortSide, longSide) : new Size(longSide, shortSide)) {
            resize(pixels, resized, size, 0, 0, flag(interpolation, shortSide < shorter));
        }
        return resized;
    }

    /** Returns OpenCV's number of an interpolation. */
    public static int flag(Interpolation interpolation, boolean shrinking) {
        return switch (interpolation) {
            case BILINEAR -> INTER_LINEAR;
            case CUBIC -> INTER_CUBIC;
            case AREA -> shrinking ? INTER_AREA : INTER_LINEAR;
        };
    }

    /** Rounds half of an odd margin to even, like Python's {@code round}. */
    private static int centreOffset(int size, int crop) {
        return (int) Math.rint((size - crop) / 2.0);
    }
}
