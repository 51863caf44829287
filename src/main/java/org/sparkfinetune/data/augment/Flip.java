package org.sparkfinetune.data.augment;

import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Mirrors some pictures.
 *
 * @param horizontal probability of mirroring left to right
 * @param vertical probability of turning upside down
 */
record Flip(double horizontal, double vertical) implements PictureStep {
    private static final int LEFT_TO_RIGHT = 1;
    private static final int UPSIDE_DOWN = 0;

    @Override
    public void apply(Mat picture, AugmentationRandom draws) {
        AugmentationRandom mine = draws.of(AugmentationRandom.Purpose.FLIP);
        if (mine.chance(horizontal)) {
            opencv_core.flip(picture, picture, LEFT_TO_RIGHT);
        }
        if (mine.chance(vertical)) {
            opencv_core.flip(picture, picture, UPSIDE_DOWN);
        }
    }
}
