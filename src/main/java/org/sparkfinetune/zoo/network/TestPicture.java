package org.sparkfinetune.zoo.network;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.zoo.card.Preprocessing;

/** A computed picture of coloured waves in any size, the same on every machine. */
public final class TestPicture {
    /** Waves across the picture in red, green and blue, downwards and to the right. */
    private static final double[][] WAVES = {{3, 1}, {1, 4}, {5, 2}};

    private TestPicture() {}

    /** Returns a colour value, 0 to 255. */
    static int pixel(int channel, double down, double right) {
        double phase = 2 * StrictMath.PI * (WAVES[channel][0] * down + WAVES[channel][1] * right * right);
        return (int) StrictMath.round(127.5 + 127.5 * StrictMath.sin(phase));
    }

    /** Returns the picture as the input of a network, [1, 3, height, width], computed in this size. */
    public static INDArray tensor(Preprocessing input) {
        float[] values = new float[input.floats()];
        int i = 0;
        for (int channel = 0; channel < 3; channel++) {
            int colour = input.channelOrder() == Preprocessing.ChannelOrder.RGB ? channel : 2 - channel;
            for (int y = 0; y < input.height(); y++) {
                for (int x = 0; x < input.width(); x++) {
                    int pixel = pixel(colour, (double) y / input.height(), (double) x / input.width());
                    values[i++] = (float)
                            ((pixel - input.mean().get(channel)) / input.std().get(channel));
                }
            }
        }
        return Nd4j.createFromArray(values).reshape('c', 1, 3, input.height(), input.width());
    }
}
