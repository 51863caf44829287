package org.sparkfinetune.data.augment;

import java.util.Arrays;
import java.util.List;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * Mixes each picture of a minibatch with the next one of it, the last with the first: blended as a whole (mixup; Zhang and
 * others, ICLR 2018) or with a rectangle of the other put in (CutMix; Yun and others, ICCV 2019). When both are asked for, each
 * picture draws one of them. The order within a minibatch is random in every epoch, so the partners are too.
 *
 * <p>A picture keeps at least half of itself, so each still counts once an epoch. What it is trained towards is mixed in the
 * same shares.
 */
public final class MinibatchMixing {
    private final Augmentation augmentation;
    private final int height;
    private final int width;
    private final int floats;

    /** @param input size of the pictures */
    public MinibatchMixing(Augmentation augmentation, Preprocessing input) {
        this.augmentation = augmentation;
        this.height = input.height();
        this.width = input.width();
        this.floats = input.floats();
    }

    /** The picture that one is mixed with. */
    public static int partner(int picture, int pictures) {
        return (picture + 1) % pictures;
    }

    /**
     * Mixes.
     *
     * @param pixels [pictures][3][height][width], changed
     * @param draws one a picture, in the order of the pictures
     * @return for each picture what is left of itself, 0.5 to 1; the rest is its partner's
     */
    public float[] mix(float[] pixels, List<Draws> draws) {
        float[] shares = new float[draws.size()];
        Arrays.fill(shares, 1);
        if (draws.size() < 2 || !augmentation.mixes()) {
            return shares;
        }
        float[] first = Arrays.copyOf(pixels, floats);
        for (int picture = 0; picture < shares.length; picture++) {
            int partner = partner(picture, shares.length);
            boolean last = partner == 0;
            float[] other = last ? first : pixels;
            int from = last ? 0 : partner * floats;
            shares[picture] = mix(
                    pixels, picture * floats, other, from, draws.get(picture).of(Draws.Purpose.MIXING));
        }
        return shares;
    }

    private float mix(float[] pixels, int at, float[] other, int from, Draws draws) {
        boolean both = augmentation.mixup() > 0 && augmentation.cutmix() > 0;
        boolean blend = both ? draws.chance(0.5) : augmentation.mixup() > 0;
        double drawn = draws.beta(blend ? augmentation.mixup() : augmentation.cutmix());
        float share = (float) Math.max(drawn, 1 - drawn);
        if (blend) {
            for (int i = 0; i < floats; i++) {
                pixels[at + i] = share * pixels[at + i] + (1 - share) * other[from + i];
            }
            return share;
        }
        double side = Math.sqrt(1 - share);
        // Rounded down: never more than half of the picture, nothing at all of one with a single pixel.
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
