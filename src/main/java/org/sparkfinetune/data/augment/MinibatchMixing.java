package org.sparkfinetune.data.augment;

import java.util.Arrays;
import java.util.List;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * Mixes each picture of a minibatch with the next one, the last with the first: blends them (mixup; Zhang and others,
 * ICLR 2018) or pastes a rectangle of the other (CutMix; Yun and others, ICCV 2019). When both are configured, each
 * picture draws one of them. The order within a minibatch is random in every epoch, so the partners are random too.
 *
 * <p>At least half of each picture stays, so each is still used once per epoch. Its label is mixed by the same
 * fractions.
 */
public final class MinibatchMixing {
    private final Augmentation augmentation;
    private final int height;
    private final int width;
    private final int floats;

    /** @param input preprocessing, with the size of the pictures */
    public MinibatchMixing(Augmentation augmentation, Preprocessing input) {
        this.augmentation = augmentation;
        this.height = input.height();
        this.width = input.width();
        this.floats = input.floats();
    }

    /** Returns the picture that another one is mixed with. */
    public static int partner(int picture, int pictures) {
        return (picture + 1) % pictures;
    }

    /**
     * Mixes a minibatch in place.
     *
     * @param pixels [pictures][3][height][width], changed
     * @param draws random numbers of each picture, in their order
     * @return fraction of each picture that is its own, 0.5 to 1; the rest is its partner's
     */
    public float[] mix(float[] pixels, List<AugmentationRandom> draws) {
        float[] fractions = new float[draws.size()];
        Arrays.fill(fractions, 1);
        if (draws.size() < 2 || !augmentation.mixes()) {
            return fractions;
        }
        float[] first = Arrays.copyOf(pixels, floats);
        for (int picture = 0; picture < fractions.length; picture++) {
            int partner = partner(picture, fractions.length);
            boolean last = partner == 0;
            float[] other = last ? first : pixels;
            int from = last ? 0 : partner * floats;
            fractions[picture] = mix(
                    pixels, picture * floats, other, from, draws.get(picture).of(AugmentationRandom.Purpose.MIXING));
        }
        return fractions;
    }

    private float mix(float[] pixels, int at, float[] other, int from, AugmentationRandom draws) {
        boolean both = augmentation.mixup() > 0 && augmentation.cutmix() > 0;
        boolean blend = both ? draws.chance(0.5) : augmentation.mixup() > 0;
        double drawn = draws.beta(blend ? augmentation.mixup() : augmentation.cutmix());
        float fraction = (float) Math.max(drawn, 1 - drawn);
        if (blend) {
            for (int i = 0; i < floats; i++) {
                pixels[at + i] = fraction * pixels[at + i] + (1 - fraction) * other[from + i];
            }
            return fraction;
        }
        double side = Math.sqrt(1 - fraction);
        // Rounded down: never more than half of the picture, and nothing of a picture with a single pixel.
        Box box = new Box(0, 0, (int) (side * width), (int) (side * height));
        box = box.at(draws.uniform(), draws.uniform(), width, height);
        return paste(box, pixels, at, other, from);
    }

    private float paste(Box box, float[] pixels, int at, float[] other, int from) {
        for (int row = 0; row < 3 * height; row++) {
            int y = row % height;
            if (y >= box.top() && y < box.bottom()) {
                int offset = row * width + box.left();
                System.arraycopy(other, from + offset, pixels, at + offset, box.width());
            }
        }
        return 1 - (float) box.width() * box.height() / (width * height);
    }
}
