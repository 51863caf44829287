package org.sparkfinetune.jobs.finetune.options;

import java.util.Locale;

/** Whether the trunk's activations are kept for the epochs and runs that follow. */
public enum CachePolicy {
    /** When there is a trunk and its activations take at most half of the room that is left. */
    AUTO,
    /** Whatever they take. */
    ALWAYS,
    /** The trunk runs in every epoch. */
    NEVER;

    private static final double SHARE_OF_FREE = 0.5;

    /**
     * What was decided.
     *
     * @param keep whether activations are written
     * @param reason for people, with the sizes
     */
    public record Decision(boolean keep, String reason) {}

    /** With augmentation the activations of a trained picture are others in every epoch. */
    public static final String AUGMENTED =
            "pictures are augmented, so they are read and run through the trunk in every epoch";

    /**
     * Decides for pictures that are the same in every epoch.
     *
     * @param trunk whether any layer is frozen; the activations are pixels otherwise, larger than the pictures themselves
     * @param pictures that go through the trunk; held-out ones are the same in every epoch, augmentation or not
     * @param bytesPerPicture of activations
     * @param freeBytes of the file system that would hold them
     */
    public Decision decide(boolean trunk, long pictures, long bytesPerPicture, long freeBytes) {
        long bytes = pictures * bytesPerPicture;
        boolean keep =
                switch (this) {
                    case ALWAYS -> true;
                    case NEVER -> false;
                    case AUTO -> trunk && bytes <= SHARE_OF_FREE * freeBytes;
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
