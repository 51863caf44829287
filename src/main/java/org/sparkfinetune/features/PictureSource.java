package org.sparkfinetune.features;

import java.io.Serializable;

/**
 * A picture to extract from.
 *
 * @param length bytes of the encoded picture
 * @param label null when unknown
 * @param labelName null when unknown
 * @param sha256 of the original file as the dataset knows it; null when the file itself is the source
 * @param image encoded bytes; null when they are to be read from {@code path}
 */
public record PictureSource(String path, long length, Integer label, String labelName, String sha256, byte[] image)
        implements Serializable {}
