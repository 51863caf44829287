package org.sparkfinetune.testing;

import java.util.List;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;

/** What a network of any size reads: RGB, bilinear, all channels alike. */
public final class RgbInput {
    private RgbInput() {}

    /** Pictures whose longer side is that of the input; a sample is (value - mean) / deviation. */
    public static Preprocessing of(int width, int height, double mean, double deviation) {
        return new Preprocessing(
                Math.max(width, height),
                height,
                width,
                Interpolation.BILINEAR,
                ChannelOrder.RGB,
                List.of(mean, mean, mean),
                List.of(deviation, deviation, deviation));
    }
}
