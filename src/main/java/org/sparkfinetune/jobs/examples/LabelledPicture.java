package org.sparkfinetune.jobs.examples;

import java.io.Serializable;

/**
 * One encoded picture with its label, on its way to the task that decodes it.
 *
 * @param path path for messages
 * @param identity leading bits of its SHA-256; the same for the same picture in any dataset and place
 * @param epoch 1-based; decides the augmentation, together with the identity; 0 for held-out pictures, which are not
 *     augmented
 * @param label 0-based label
 * @param encoded bytes of the file
 */
public record LabelledPicture(String path, long identity, int epoch, int label, byte[] encoded)
        implements Serializable {
    /** The epoch of held-out pictures. */
    static final int HELD_OUT = 0;

    /** Whether it is a training picture, which may be augmented. */
    boolean trained() {
        return epoch != HELD_OUT;
    }
}
