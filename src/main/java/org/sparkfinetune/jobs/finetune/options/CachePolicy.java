package org.sparkfinetune.jobs.finetune.options;

import java.util.Locale;

/** Whether the activations of the trunk are kept for the following epochs and runs. */
public enum CachePolicy {
    /** Keep them if there is a trunk and its activations take at most half of the free space. */
    AUTO,
    /** Keep them, whatever space they take. */
    ALWAYS,
    /** Run the trunk in every epoch. */
    NEVER;

    private static final double FRACTION_OF_FREE = 0.5;

    /**
     * A decision.
     *
     * @param keep whether activations are written
     * @param reason explanation with the sizes
     */
    public record Decision(boolean keep, String reason) {}

    /** Reason with augmentation: the activations of a training picture are different in every epoch. */
    public static final String AUGMENTED =
            "pictures are augmented, so they are read and run through the trunk in every epoch";

    /**
     * Decides for pictures that are the same in every epoch.
     *
     * @param trunk whether any layer is frozen; otherwise the activations are pixels, larger than the encoded pictures
     * @param pictures number of pictures to run through the trunk; held-out pictures are never augmented
     * @param bytesPerPicture bytes of activations per picture
     * @param freeBytes free bytes of the file system for them
     */
    public Decision decide(boolean trunk, long pictures, long bytesPerPicture, long freeBytes) {
        long bytes = pictures * bytesPerPicture;
        boolean keep =
                switch (this) {
                    case ALWAYS -> true;
                    case NEVER -> false;
                    case AUTO -> trunk && bytes <= FRACTION_OF_FREE * freeBytes;
                };
        return new Decision(
                keep,
                String.format(
                        Locale.ROOT,
                        "%s of %d pictures take %s (%s each), %s are free; cache: %s, so %s",
                        trunk ? "features" : "pixels",
                        pictures,
                        size(bytes),
                        size(bytesPerPicture),
                        size(freeBytes),
                        name().toLowerCase(Locale.ROOT),
                        keep ? "they are kept" : "the pictures are read and run through the trunk in every epoch"));
    }

    private static String size(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    }
}
