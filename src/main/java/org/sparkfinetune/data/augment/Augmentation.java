package org.sparkfinetune.data.augment;

import java.io.Serializable;
import org.sparkfinetune.config.Key;

/**
 * How pictures are changed at random before they are trained on, anew in every epoch. Every value that is not given is that of
 * the preset, so a record never has a null.
 *
 * @param preset of the values that are not given
 * @param minCropArea share of the picture that is left at least; 1 cuts the centre, as without augmentation
 * @param horizontalFlip probability
 * @param verticalFlip probability
 * @param rotation degrees, at most, in both directions; what was outside is mirrored
 * @param brightness factor 1 - x to 1 + x
 * @param contrast factor 1 - x to 1 + x, around the picture's mean
 * @param saturation factor 1 - x to 1 + x
 * @param hue turns of the colour circle, -x to x
 * @param erasing probability that a rectangle becomes noise
 * @param mixup alpha of the Beta distribution of shares, 0 for none
 * @param cutmix alpha of the Beta distribution of shares, 0 for none
 */
public record Augmentation(
        @Key(value = "Values of all keys that are not given: none, light, standard or strong", defaultValue = "none")
        Preset preset,

        @Key(
                value = "Least share of a picture that a random crop keeps; 1 for the centre, always",
                defaultValue = Key.OPTIONAL,
                min = 0.01,
                max = 1)
        Double minCropArea,

        @Key(value = "Share of pictures that are mirrored left to right", defaultValue = Key.OPTIONAL, min = 0, max = 1)
        Double horizontalFlip,

        @Key(value = "Share of pictures that are turned upside down", defaultValue = Key.OPTIONAL, min = 0, max = 1)
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
                value = "Share of the colour circle by which hues are turned at most, in both directions",
                defaultValue = Key.OPTIONAL,
                min = 0,
                max = 0.5)
        Double hue,

        @Key(
                value = "Share of pictures in which a rectangle becomes noise",
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
                value =
                        "Puts a part of another picture of its minibatch into each: alpha of the Beta distribution, 0 for none",
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

    /** All values of a preset. */
    public static Augmentation of(Preset preset) {
        return new Augmentation(preset, null, null, null, null, null, null, null, null, null, null, null);
    }

    /** Whether pictures stay as they are, whatever the preset is called. */
    public boolean isNone() {
        return !changesPictures() && !mixes();
    }

    /** Whether pictures are mixed with others of their minibatch. */
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

    /** Whether colours are changed. */
    boolean changesColours() {
        return brightness > 0 || contrast > 0 || saturation > 0 || hue > 0;
    }
}
