package org.sparkfinetune.data.augment;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Replaces a rectangle of some pictures by noise, so that a network does not rely on one part of them (Zhong and
 * others, Random Erasing Data Augmentation, AAAI 2020).
 *
 * @param probability probability that a picture is changed
 */
record RandomErasing(double probability) implements PictureStep {
    private static final double LEAST_AREA = 0.02;
    private static final double MOST_AREA = 0.33;
    /** Largest ratio of width to height, and of height to width. */
    private static final double MOST_ASPECT = 3.3;

    @Override
    public void apply(Mat picture, AugmentationRandom draws) {
        AugmentationRandom mine = draws.of(AugmentationRandom.Purpose.ERASING);
        if (!mine.chance(probability)) {
            return;
        }
        double area = mine.between(LEAST_AREA, MOST_AREA) * picture.cols() * picture.rows();
        double aspect = mine.factor(MOST_ASPECT);
        Box box = Box.of(Math.sqrt(area * aspect), Math.sqrt(area / aspect), picture.cols(), picture.rows())
                .at(mine.uniform(), mine.uniform(), picture.cols(), picture.rows());
        byte[] row = new byte[3 * box.width()];
        for (int y = box.top(); y < box.bottom(); y++) {
            fill(row, mine);
            picture.ptr(y, box.left()).put(row);
        }
    }

    private static void fill(byte[] row, AugmentationRandom draws) {
        long bits = 0;
        for (int i = 0; i < row.length; i++) {
            bits = i % Long.BYTES == 0 ? draws.bits() : bits >>> Byte.SIZE;
            row[i] = (byte) bits;
        }
    }
}
