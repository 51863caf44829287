package org.sparkfinetune.features;

import java.io.Serializable;
import org.sparkfinetune.data.picture.PictureFile;

/**
 * A picture to extract from.
 *
 * @param file where it is; its length in bytes
 * @param label null when unknown
 * @param labelName null when unknown
 * @param sha256 of the original file as the dataset knows it; null when the file itself is the source
 * @param image encoded bytes; null when they are to be read from {@code file}
 */
public record PictureSource(PictureFile file, Integer label, String labelName, String sha256, byte[] image)
        implements Serializable {}
