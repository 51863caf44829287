package org.sparkfinetune.inference.forward;

import java.io.Serializable;
import org.sparkfinetune.data.format.ErrorClass;

/**
 * What became of one picture.
 *
 * @param <T> what the picture came from, handed through
 */
public sealed interface Outcome<T> extends Serializable {
    /** What the picture came from. */
    T source();

    /**
     * The picture went through the network.
     *
     * @param sha256 of the encoded bytes
     * @param width pixels, upright
     * @param height pixels, upright
     * @param activations one an output of the network, flattened channels-first
     */
    record Done<T>(T source, String sha256, int width, int height, float[][] activations) implements Outcome<T> {}

    /**
     * The picture cannot be used; the message says why.
     *
     * @param sha256 of the encoded bytes; null when they could not be read
     */
    record Refused<T>(T source, String sha256, ErrorClass errorClass, String message) implements Outcome<T> {}
}
