package org.sparkfinetune.zoo.card;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.sparkfinetune.config.Key;

/**
 * The steps from a decoded picture to the input of a network: resize so that the short side has {@code shortSide}
 * pixels, cut {@code height} × {@code width} from the centre, order the channels, then {@code (value - mean) / std} for
 * each channel. The result is channels-first (NCHW), float32. Weights lose ten points of accuracy with a preprocessing
 * other than that of their training, so it is part of the model card.
 *
 * @param shortSide pixels of the short side after resizing
 * @param height height of the input in pixels
 * @param width width of the input in pixels
 * @param mean one value per channel, in the range of the pixels (0 to 255), in {@code channelOrder}
 * @param std one value per channel, above 0, in {@code channelOrder}
 */
public record Preprocessing(
        @Key(value = "Pixels of the short side after resizing", min = 1, max = 4096)
        int shortSide,

        @Key(value = "Height of the network's input in pixels", min = 1, max = 4096)
        int height,

        @Key(value = "Width of the network's input in pixels", min = 1, max = 4096)
        int width,

        @Key("How pixels are resampled") Interpolation interpolation,
        @Key("Order of the colour channels") ChannelOrder channelOrder,

        @Key("Subtracted from each channel, 0 to 255, in channelOrder")
        List<Double> mean,

        @Key("Divides each channel, in channelOrder") List<Double> std)
        implements Serializable {

    public Preprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != 3 || std.size() != 3) {
            throw new IllegalArgumentException("mean and std need 3 values each, found " + mean + " and " + std);
        }
        if (std.stream().anyMatch(value -> !(value > 0))) {
            throw new IllegalArgumentException("std must be above 0, found " + std);
        }
        if (shortSide < Math.max(height, width)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "shortSide %d is less than the crop of %d x %d", shortSide, height, width));
        }
    }

    /** Returns the number of floats of one picture: 3 · height · width. */
    public int floats() {
        return 3 * height * width;
    }

    /** Order of the colour channels in the network's input. */
    public enum ChannelOrder {
        RGB,
        BGR
    }

    /** Interpolation of pixels; {@code AREA} averages when shrinking and is bilinear when enlarging. */
    public enum Interpolation {
        BILINEAR,
        AREA,
        CUBIC
    }
}
