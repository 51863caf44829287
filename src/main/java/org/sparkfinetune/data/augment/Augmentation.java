package org.sparkfinetune.data.augment;

import java.io.Serializable;
import org.sparkfinetune.config.Key;

/**
 * The random changes of pictures before training, new in every epoch. A value that is not given is taken from the
 * preset, so no value is ever null.
 *
 * @param preset source of the values that are not given
 * @param minCropArea least fraction of the picture that is kept; 1 cuts the centre, as without augmentation
 * @param horizontalFlip probability of mirroring left to right
 * @param verticalFlip probability of turning upside down
 * @param rotation largest angle in degrees, in both directions; empty corners are mirrored
 * @param brightness factor 1 - x to 1 + x
 * @param contrast factor 1 - x to 1 + x, around the picture's mean
 * @param saturation factor 1 - x to 1 + x
 * @param hue turns of the colour circle, -x to x
 * @param erasing probability that a rectangle becomes noise
 * @param mixup alpha of the Beta distribution of fractions, 0 for none
 * @param cutmix alpha of the Beta distribution of fractions, 0 for none
 */
public record Augmentation(
        @Key(value = "Values of all keys that are not given: none, light, standard or strong", defaultValue = "none")
        Preset preset,

        @Key(
                value = "Least fraction of a picture that a random crop keeps; 1 for the centre, always",
                defaultValue = Key.OPTIONAL,
                min = 0.01,
                max = 1)
        Double minCropArea,

        @Key(
                value = "Fraction of pictures that are mirrored left to right",
                defaultValue = Key.OPTIONAL,
                min = 0,
                max = 1)
        Double horizontalFlip,

        @Key(value = "Fraction of pictures that are turned upside down", defaultValue = Key.OPTIONAL, min = 0, max = 1)
        Double verticalFlip,

        @Key(
                value = "Degrees by which a picture is rotated at most, in both directions",
                defaultValue = Key.OPTIONAL,
                min = 0,
                max = 180)
        Double rotation,

        @Key(value = "Brightness is multiplied by 1 - this to 1 + this", defaultValue = Key.OPTIONAL, min = 0, max = 1)
        Double brightness,

        @Key(value = "Contrast is multiplied by 1 - this to 1 + this", defaultValue = Key.OPTIONAL, min = 0, max = 1)
        Double contrast,

        @Key(value = "Saturation is multiplied by 1 - this to 1 + this", defaultValue = Key.OPTIONAL, min = 0, max = 1)
        Double saturation,

        @Key(
                value = "Fraction of the colour circle by which hues are turned at most, in both directions",
                defaultValue = Key.OPTIONAL,
                min = 0,
                max = 0.5)
        Double hue,

        @Key(
                value = "Fraction of pictures in which a rectangle becomes noise",
                defaultValue = Key.OPTIONAL,
                min = 0,
                max = 1)
        Double erasing,

        @Key(
                value = "Blends each picture with another of its minibatch: alpha of the Beta distribution, 0 for none",
                defaultValue = Key.OPTIONAL,
                min = 0,
                max = 1)
        Double mixup,

        @Key(
                value = "Puts a part of another picture of its minibatch into each: alpha of the Beta distribution,"
                        + " 0 for none",
                defaultValue = Key.OPTIONAL,
                min = 0,
                max = 1)
        Double cutmix)
        implements Serializable {

    /** Pictures stay as they are. */
    public static final Augmentation NONE = of(Preset.NONE);

    public Augmentation {
        minCropArea = minCropArea == null ? preset.minCropArea : minCropArea;
        horizontalFlip = horizontalFlip == null ? preset.horizontalFlip : horizontalFlip;
        verticalFlip = verticalFlip == null ? preset.verticalFlip : verticalFlip;
        rotation = rotation == null ? preset.rotation : rotation;
        brightness = brightness == null ? preset.colour : brightness;
        contrast = contrast == null ? preset.colour : contrast;
        saturation = saturation == null ? preset.colour : saturation;
        hue = hue == null ? preset.hue : hue;
        erasing = erasing == null ? preset.erasing : erasing;
        mixup = mixup == null ? preset.mixup : mixup;
        cutmix = cutmix == null ? preset.cutmix : cutmix;
    }

    /** Returns all values of a preset. */
    public static Augmentation of(Preset preset) {
        return new Augmentation(preset, null, null, null, null, null, null, null, null, null, null, null);
    }

    /** Returns whether pictures stay as they are, whatever the preset is called. */
    public boolean isNone() {
        return !changesPictures() && !mixes();
    }

    /** Returns whether pictures are mixed with others of their minibatch. */
    public boolean mixes() {
        return mixup > 0 || cutmix > 0;
    }

    private boolean changesPictures() {
        return minCropArea < 1
                || horizontalFlip > 0
                || verticalFlip > 0
                || rotation > 0
                || changesColours()
                || erasing > 0;
    }

    /** Returns whether colours are changed. */
    boolean changesColours() {
        return brightness > 0 || contrast > 0 || saturation > 0 || hue > 0;
    }
}
