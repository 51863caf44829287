package org.sparkfinetune.data.picture;

import java.io.Serializable;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.data.format.ErrorClass;
import org.sparkfinetune.data.format.PictureHeader;
import org.sparkfinetune.data.format.RejectedPictureException;

/**
 * The limits of a picture. They are compared with the length of the file and the size in its header before anything is
 * decoded, so that a hostile file cannot fill the memory of an executor.
 *
 * @param maxPictureBytes most bytes of the encoded file
 * @param maxPicturePixels largest width × height; half of it for samples of 16 bits
 */
public record PictureLimits(
        @Key(value = "Longest picture file in bytes; longer ones are rejected", defaultValue = "67108864", min = 1)
        long maxPictureBytes,

        @Key(
                value = "Most pixels (width x height) of a picture; larger ones are rejected before decoding",
                defaultValue = "100000000",
                min = 1)
        long maxPicturePixels)
        implements Serializable {

    /** 64 MiB and 100 million pixels. */
    public static final PictureLimits DEFAULT = new PictureLimits(64L << 20, 100_000_000L);

    /** Rejects a file by its length alone; called before it is read. */
    public void checkLength(long bytes) throws RejectedPictureException {
        if (bytes == 0) {
            throw new RejectedPictureException(ErrorClass.EMPTY, "the file is empty");
        }
        if (bytes > maxPictureBytes) {
            throw new RejectedPictureException(
                    ErrorClass.TOO_LARGE_BYTES,
                    "the file has " + bytes + " bytes, allowed are " + maxPictureBytes + " (limits.maxPictureBytes)");
        }
    }

    /** Rejects a picture by the size that its header announces; called before it is decoded. */
    void checkSize(PictureHeader header) throws RejectedPictureException {
        if (header.width() < 1 || header.height() < 1) {
            throw new RejectedPictureException(
                    ErrorClass.CORRUPT,
                    "the " + header.format() + " header announces " + header.width() + " x " + header.height()
                            + " pixels");
        }
        if (header.bitsPerSample() > 16) {
            throw new RejectedPictureException(
                    ErrorClass.UNSUPPORTED_FORMAT,
                    "the " + header.format() + " has samples of " + header.bitsPerSample()
                            + " bits, allowed are 8 and 16");
        }
        boolean deep = header.bitsPerSample() > 8;
        long allowed = deep ? maxPicturePixels / 2 : maxPicturePixels;
        if ((long) header.width() * header.height() > allowed) {
            throw new RejectedPictureException(
                    ErrorClass.TOO_MANY_PIXELS,
                    "the " + header.format() + " header announces " + header.width() + " x " + header.height()
                            + " pixels, allowed are " + allowed + " in all (limits.maxPicturePixels"
                            + (deep ? ", half of it for samples of 16 bits)" : ")"));
        }
    }
}
