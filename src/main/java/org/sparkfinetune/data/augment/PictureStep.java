package org.sparkfinetune.data.augment;

import org.bytedeco.opencv.opencv_core.Mat;

/** One random change of a picture that has the size of the network's input. Safe for many threads. */
interface PictureStep {
    /**
     * Changes the picture in place; its size and type stay.
     *
     * @param picture CV_8UC3, blue, green, red, without gaps between its rows
     * @param draws random numbers of the picture, for all purposes
     */
    void apply(Mat picture, AugmentationRandom draws);
}
