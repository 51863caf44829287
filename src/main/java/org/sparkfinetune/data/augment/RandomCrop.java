package org.sparkfinetune.data.augment;

import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;
import org.sparkfinetune.data.picture.PictureTensor;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * A random part of a picture, resized to the network's input: torchvision's {@code RandomResizedCrop} with its aspect
 * ratios, 3/4 to 4/3 of that of the input. A picture that is too long and thin for the drawn area gives a smaller part,
 * never one with another aspect ratio.
 *
 * @param minArea least fraction of the picture's area, above 0, at most 1
 * @param input preprocessing of the network
 */
record RandomCrop(double minArea, Preprocessing input) {
    private static final double MOST_STRETCH = 4.0 / 3;

    /** Cuts and resizes the part; the caller closes the matrix. */
    Mat cut(Mat picture, AugmentationRandom draws) {
        Box box = box(picture.cols(), picture.rows(), draws.of(AugmentationRandom.Purpose.CROP));
        boolean shrinking = (long) box.width() * box.height() > (long) input.width() * input.height();
        Mat cut = new Mat();
        try (Rect part = new Rect(box.left(), box.top(), box.width(), box.height());
                Mat crop = new Mat(picture, part);
                Size size = new Size(input.width(), input.height())) {
            resize(crop, cut, size, 0, 0, PictureTensor.flag(input.interpolation(), shrinking));
        }
        return cut;
    }

    /** Draws the part. */
    Box box(int width, int height, AugmentationRandom draws) {
        double area = draws.between(minArea, 1) * width * height;
        double aspect = draws.factor(MOST_STRETCH) * input.width() / input.height();
        double wide = Math.min(Math.sqrt(area * aspect), Math.min(width, height * aspect));
        return Box.of(wide, wide / aspect, width, height).at(draws.uniform(), draws.uniform(), width, height);
    }
}
