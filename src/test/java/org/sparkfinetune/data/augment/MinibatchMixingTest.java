package org.sparkfinetune.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.testing.RgbInput;
import org.sparkfinetune.zoo.card.Preprocessing;

class MinibatchMixingTest {
    private static final int HEIGHT = 10;
    private static final int WIDTH = 20;
    private static final int FLOATS = 3 * HEIGHT * WIDTH;

    @Test
    void mixupBlendsEachPictureWithTheNextInTheSharesThatItTells() {
        float[] pixels = pixels(4);
        float[] shares = mix("mixup: 1", pixels, 4, 1);
        for (int picture = 0; picture < 4; picture++) {
            float share = shares[picture];
            assertThat(share).isBetween(0.5f, 1f);
            float expected = share * (picture + 1) + (1 - share) * ((picture + 1) % 4 + 1);
            for (int i = 0; i < FLOATS; i++) {
                assertThat(pixels[picture * FLOATS + i]).isCloseTo(expected, within(1e-5f));
            }
        }
        assertThat(shares[0]).isNotEqualTo(shares[1]);
    }

    @Test
    void cutmixPutsARectangleOfTheNextInWhoseAreaIsTheShareThatItTells() {
        for (int epoch = 1; epoch <= 30; epoch++) {
            float[] pixels = pixels(3);
            float[] shares = mix("cutmix: 1", pixels, 3, epoch);
            for (int picture = 0; picture < 3; picture++) {
                float[] mixed = Arrays.copyOfRange(pixels, picture * FLOATS, (picture + 1) * FLOATS);
                float own = picture + 1;
                float other = (picture + 1) % 3 + 1;
                long kept =
                        IntStream.range(0, FLOATS).filter(i -> mixed[i] == own).count();
                long pasted = IntStream.range(0, FLOATS)
                        .filter(i -> mixed[i] == other)
                        .count();
                assertThat(kept + pasted).isEqualTo(FLOATS);
                assertThat(shares[picture])
                        .isCloseTo((float) kept / FLOATS, within(1e-6f))
                        .isBetween(0.5f, 1f);
                assertRectangle(mixed, other, pasted);
            }
        }
    }

    private static void assertRectangle(float[] mixed, float other, long pasted) {
        int left = WIDTH;
        int right = 0;
        int top = HEIGHT;
        int bottom = 0;
        for (int i = 0; i < HEIGHT * WIDTH; i++) {
            if (mixed[i] == other) {
                left = Math.min(left, i % WIDTH);
                right = Math.max(right, i % WIDTH + 1);
                top = Math.min(top, i / WIDTH);
                bottom = Math.max(bottom, i / WIDTH + 1);
            }
        }
        assertThat(3L * Math.max(0, right - left) * Math.max(0, bottom - top)).isEqualTo(pasted);
    }

    @Test
    void whenBothAreAskedForEachPictureHasOneOfThem() {
        int blended = 0;
        for (int epoch = 1; epoch <= 100; epoch++) {
            float[] pixels = pixels(2);
            mix("{mixup: 1, cutmix: 1}", pixels, 2, epoch);
            blended += pixels[0] != 1 && pixels[0] != 2 ? 1 : 0;
        }
        assertThat(blended).isBetween(30, 70);
    }

    @Test
    void aPictureAloneInItsMinibatchStaysAsItIs() {
        float[] pixels = pixels(1);
        assertThat(mix("{mixup: 1, cutmix: 1}", pixels, 1, 1)).containsExactly(1f);
        assertThat(pixels).containsOnly(1f);
    }

    @Test
    void withoutMixingAllIsLeftAsItIs() {
        float[] pixels = pixels(3);
        assertThat(mix("preset: standard", pixels, 3, 1)).containsOnly(1f);
        assertThat(pixels).isEqualTo(pixels(3));
    }

    @Test
    void aPictureOfOnePixelIsNeverReplacedAsAWhole() {
        for (int epoch = 1; epoch <= 20; epoch++) {
            float[] pixels = {1, 1, 1, 2, 2, 2};
            float[] shares = new MinibatchMixing(augmentation("cutmix: 1"), input(1, 1)).mix(pixels, draws(2, epoch));
            assertThat(shares).containsOnly(1f);
            assertThat(pixels).containsExactly(1, 1, 1, 2, 2, 2);
        }
    }

    private static float[] mix(String yaml, float[] pixels, int pictures, int epoch) {
        return new MinibatchMixing(augmentation(yaml), input(WIDTH, HEIGHT)).mix(pixels, draws(pictures, epoch));
    }

    private static Augmentation augmentation(String yaml) {
        return YamlFile.bind("f.yaml", yaml, Augmentation.class);
    }

    private static List<AugmentationRandom> draws(int pictures, int epoch) {
        return IntStream.range(0, pictures)
                .mapToObj(picture -> AugmentationRandom.of(8, epoch, picture))
                .toList();
    }

    /** Picture i is i + 1 everywhere. */
    private static float[] pixels(int pictures) {
        float[] pixels = new float[pictures * FLOATS];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i / FLOATS + 1;
        }
        return pixels;
    }

    private static Preprocessing input(int width, int height) {
        return RgbInput.of(width, height, 0, 1);
    }
}
