package org.sparkfinetune.jobs.examples;

import java.io.Serializable;

/**
 * One picture on its way to where it is decoded: as small as it was stored.
 *
 * @param path for messages
 * @param identity tells it from all other pictures, whatever dataset and place it is in: the leading bits of its SHA-256
 * @param epoch 1-based, decides how it is changed together with the identity; 0 for a held-out picture, which is left as it is
 * @param label 0-based
 * @param encoded bytes of the file
 */
public record LabelledPicture(String path, long identity, int epoch, int label, byte[] encoded)
        implements Serializable {
    /** The epoch of pictures that are not trained on. */
    static final int HELD_OUT = 0;

    /** Whether it may be changed at random. */
    boolean trained() {
        return epoch != HELD_OUT;
    }
}
