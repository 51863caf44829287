package org.sparkfinetune.data.augment;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;

import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Changes brightness, contrast, saturation and hue, in that order. All four are linear maps of a pixel, so they are
 * combined into one matrix, and values are rounded and bounded once. Saturation and hue are those of the W3C's Filter
 * Effects Module Level 1, feColorMatrix, which keep the luminance; contrast is around the mean luminance of the
 * picture, as in torchvision.
 *
 * @param brightness 0 to 1, multiplies by 1 - x to 1 + x; likewise contrast and saturation
 * @param contrast 0 to 1
 * @param saturation 0 to 1
 * @param hue largest turn of the colour circle in both directions, 0 to 0.5
 */
record ColourJitter(double brightness, double contrast, double saturation, double hue) implements PictureStep {
    /** Weights of blue, green and red in the luminance. */
    private static final double[] LUMINANCE = {0.072, 0.715, 0.213};
    /** Effect of a quarter turn of the hue on blue, green and red. */
    private static final double[][] QUARTER_TURN = {
        {0.072, 0.715, -0.787},
        {-0.283, 0.140, 0.143},
        {0.928, -0.715, -0.213}
    };

    @Override
    public void apply(Mat picture, AugmentationRandom draws) {
        AugmentationRandom mine = draws.of(AugmentationRandom.Purpose.COLOUR);
        double bright = mine.between(1 - brightness, 1 + brightness);
        double contrasted = mine.between(1 - contrast, 1 + contrast);
        double saturated = mine.between(1 - saturation, 1 + saturation);
        double angle = 2 * Math.PI * mine.between(-hue, hue);
        try (Mat map = new Mat(3, 4, CV_32F);
                FloatIndexer entries = map.createIndexer();
                Mat changed = new Mat()) {
            double offset = (1 - contrasted) * bright * meanLuminance(picture);
            for (int to = 0; to < 3; to++) {
                for (int from = 0; from < 3; from++) {
                    double colour = (to == from ? 1 : 0) - LUMINANCE[from];
                    double turned = Math.cos(angle) * colour + Math.sin(angle) * QUARTER_TURN[to][from];
                    entries.put(to, from, (float) (contrasted * bright * (LUMINANCE[from] + saturated * turned)));
                }
                entries.put(to, 3, (float) offset);
            }
            opencv_core.transform(picture, changed, map);
            changed.copyTo(picture);
        }
    }

    private static double meanLuminance(Mat picture) {
        try (Scalar mean = opencv_core.mean(picture)) {
            return LUMINANCE[0] * mean.get(0) + LUMINANCE[1] * mean.get(1) + LUMINANCE[2] * mean.get(2);
        }
    }
}
