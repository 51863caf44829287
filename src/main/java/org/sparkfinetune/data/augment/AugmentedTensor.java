package org.sparkfinetune.data.augment;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.Picture;
import org.sparkfinetune.data.picture.PictureDecoder;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.PictureTensor;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * Turns encoded pictures into the input of a network like {@link PictureTensor}, with random changes: crop, flip,
 * rotation, colours, erasing, in this order. Safe for many threads.
 */
public final class AugmentedTensor {
    private final PictureDecoder decoder;
    private final PictureTensor tensor;
    private final Augmentation augmentation;
    private final RandomCrop crop;
    private final List<PictureStep> steps = new ArrayList<>();

    /** @param limits limits for pictures that were not written by {@code shard} */
    public AugmentedTensor(Preprocessing input, Augmentation augmentation, PictureLimits limits) {
        this.decoder = new PictureDecoder(limits);
        this.tensor = new PictureTensor(input, limits);
        this.augmentation = augmentation;
        this.crop = new RandomCrop(augmentation.minCropArea(), input);
        if (augmentation.horizontalFlip() > 0 || augmentation.verticalFlip() > 0) {
            steps.add(new Flip(augmentation.horizontalFlip(), augmentation.verticalFlip()));
        }
        if (augmentation.rotation() > 0) {
            steps.add(new Rotation(augmentation.rotation()));
        }
        if (augmentation.changesColours()) {
            steps.add(new ColourJitter(
                    augmentation.brightness(), augmentation.contrast(), augmentation.saturation(), augmentation.hue()));
        }
        if (augmentation.erasing() > 0) {
            steps.add(new RandomErasing(augmentation.erasing()));
        }
    }

    /** Returns the number of floats of one picture: 3 · height · width. */
    public int floats() {
        return tensor.floats();
    }

    /**
     * Decodes one picture, changes it and writes its tensor.
     *
     * @param draws random numbers of this picture in this epoch
     * @param target array that receives {@link #floats()} values from {@code offset} on; unchanged when the picture is
     *     rejected
     */
    public void write(byte[] encoded, AugmentationRandom draws, float[] target, int offset)
            throws RejectedPictureException {
        try (Picture picture = decoder.decode(encoded);
                Mat changed = changed(picture, draws)) {
            tensor.write(changed, target, offset);
        }
    }

    /** Returns the picture as the network sees it; the caller closes the matrix. */
    Mat changed(Picture picture, AugmentationRandom draws) {
        Mat fitted = augmentation.minCropArea() < 1 ? crop.cut(picture.pixels(), draws) : tensor.fitted(picture);
        steps.forEach(step -> step.apply(fitted, draws));
        return fitted;
    }
}
