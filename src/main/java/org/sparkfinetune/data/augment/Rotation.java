package org.sparkfinetune.data.augment;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REFLECT_101;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.getRotationMatrix2D;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point2f;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Rotates every picture around its centre; empty corners are filled with the picture mirrored at its edge.
 *
 * @param degrees largest angle, in both directions
 */
record Rotation(double degrees) implements PictureStep {
    @Override
    public void apply(Mat picture, AugmentationRandom draws) {
        double angle = draws.of(AugmentationRandom.Purpose.ROTATION).between(-degrees, degrees);
        try (Point2f centre = new Point2f((picture.cols() - 1) / 2f, (picture.rows() - 1) / 2f);
                Mat turn = getRotationMatrix2D(centre, angle, 1);
                Mat turned = new Mat();
                Scalar unused = new Scalar()) {
            warpAffine(picture, turned, turn, picture.size(), INTER_LINEAR, BORDER_REFLECT_101, unused);
            turned.copyTo(picture);
        }
    }
}
