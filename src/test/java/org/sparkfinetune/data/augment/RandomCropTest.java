package org.sparkfinetune.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.sparkfinetune.data.augment.AugmentationRandom.Purpose;
import org.sparkfinetune.testing.RgbInput;

class RandomCropTest {
    private static final int[] SIZES = {1, 2, 3, 7, 64, 225, 1000, 50_000};

    @Test
    void everyBoxLiesInThePicture() {
        for (int width : SIZES) {
            for (int height : SIZES) {
                for (double area : new double[] {0.01, 0.2, 0.9, 1}) {
                    for (int picture = 0; picture < 20; picture++) {
                        Box box = crop(area, 24, 16).box(width, height, draws(picture));
                        assertThat(box.width()).isPositive();
                        assertThat(box.height()).isPositive();
                        assertThat(box.left()).isNotNegative();
                        assertThat(box.top()).isNotNegative();
                        assertThat(box.right()).isLessThanOrEqualTo(width);
                        assertThat(box.bottom()).isLessThanOrEqualTo(height);
                    }
                }
            }
        }
    }

    @Test
    void areaAndAspectAreWithinTheirBounds() {
        double least = 1;
        double most = 0;
        for (int picture = 0; picture < 500; picture++) {
            Box box = crop(0.25, 24, 16).box(3000, 2000, draws(picture));
            double aspect = (double) box.width() / box.height() / 1.5;
            assertThat(aspect).isBetween(0.749, 1.335);
            double area = box.width() * box.height() / 6e6;
            least = Math.min(least, area);
            most = Math.max(most, area);
        }
        assertThat(least).isCloseTo(0.25, within(0.01));
        assertThat(most).isGreaterThan(0.9).isLessThanOrEqualTo(1);
    }

    @Test
    void aLongThinPictureIsNotStretched() {
        for (int picture = 0; picture < 100; picture++) {
            Box box = crop(0.5, 16, 16).box(4000, 100, draws(picture));
            assertThat((double) box.width() / box.height()).isBetween(0.74, 1.35);
            assertThat(box.height()).isGreaterThanOrEqualTo(75);
        }
    }

    @Test
    void boxesComeFromEverywhere() {
        int left = 0;
        int lower = 0;
        for (int picture = 0; picture < 400; picture++) {
            Box box = crop(0.2, 16, 16).box(1000, 1000, draws(picture));
            left += box.left() < 1000 - box.right() ? 1 : 0;
            lower += box.top() > 1000 - box.bottom() ? 1 : 0;
        }
        assertThat(left).isBetween(160, 240);
        assertThat(lower).isBetween(160, 240);
    }

    private static AugmentationRandom draws(int picture) {
        return AugmentationRandom.of(3, 1, picture).of(Purpose.CROP);
    }

    private static RandomCrop crop(double minArea, int width, int height) {
        return new RandomCrop(minArea, RgbInput.of(width, height, 0, 1));
    }
}
