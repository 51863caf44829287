package org.sparkfinetune.data.format;

import org.sparkfinetune.data.picture.PictureLimits;

/** The reason why a picture was rejected; the {@code errorClass} column of {@code rejected/}. */
public enum ErrorClass {
    /** The file has no bytes. */
    EMPTY,
    /** The file is longer than {@link PictureLimits#maxPictureBytes()}; it was not read. */
    TOO_LARGE_BYTES,
    /** The header announces more than {@link PictureLimits#maxPicturePixels()}; nothing was decoded. */
    TOO_MANY_PIXELS,
    /** Not a recognized picture format: a text file named .jpg, for example. */
    NOT_A_PICTURE,
    /** A picture of a format that is not decoded. */
    UNSUPPORTED_FORMAT,
    /** The data end before the picture does. */
    TRUNCATED,
    /** The data are complete but damaged. */
    CORRUPT,
    /** The file system refused to give the bytes. */
    UNREADABLE,
    /** The collection does not say what the picture shows. */
    NO_LABEL,
    /** The same bytes have different labels; not counted as rejected, but as a conflict. */
    LABEL_CONFLICT
}
