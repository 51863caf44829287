package org.sparkfinetune.features;

import java.io.Serializable;
import org.sparkfinetune.data.picture.PictureFile;

/**
 * A picture to extract from.
 *
 * @param file place and length of the file
 * @param label null when unknown
 * @param labelName null when unknown
 * @param sha256 of the original file in the dataset; null when the file itself is the source
 * @param image encoded bytes; null when they must be read from {@code file}
 */
public record PictureSource(PictureFile file, Integer label, String labelName, String sha256, byte[] image)
        implements Serializable {}
