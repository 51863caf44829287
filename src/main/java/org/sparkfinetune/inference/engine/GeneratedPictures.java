package org.sparkfinetune.inference.engine;

import java.util.Random;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;

/**
 * Generated pictures for comparing engines: colored noise on smooth gradients, always the same.
 *
 * @param input preprocessing, which determines their size
 * @param rgb red, green, blue, row by row, picture after picture
 * @param count number of pictures
 */
public record GeneratedPictures(Preprocessing input, byte[] rgb, int count) {
    private static final int CHANNELS = 3;
    private static final int NOISE = 96;

    /** @param count at least 1 */
    public static GeneratedPictures of(Preprocessing input, int count) {
        Random random = new Random(count);
        byte[] rgb = new byte[count * input.floats()];
        for (int i = 0; i < rgb.length; i++) {
            int channel = i % CHANNELS;
            int x = i / CHANNELS % input.width();
            int y = i / CHANNELS / input.width() % input.height();
            int slope = (255 - NOISE) * ((channel + 1) * x + (CHANNELS - channel) * y);
            rgb[i] = (byte) (slope / (4 * (input.width() + input.height())) + random.nextInt(NOISE));
        }
        return new GeneratedPictures(input, rgb, count);
    }

    /** Returns the network's input: float32, channels first, preprocessed by {@link Preprocessing}. */
    public float[] pixels() {
        float[] pixels = new float[rgb.length];
        int plane = input.width() * input.height();
        for (int i = 0; i < rgb.length; i++) {
            int picture = i / input.floats();
            int place = i % input.floats() / CHANNELS;
            int channel = input.channelOrder() == ChannelOrder.RGB ? i % CHANNELS : CHANNELS - 1 - i % CHANNELS;
            double value =
                    ((rgb[i] & 0xFF) - input.mean().get(channel)) / input.std().get(channel);
            pixels[picture * input.floats() + channel * plane + place] = (float) value;
        }
        return pixels;
    }
}
