package org.sparkfinetune.inference.forward;

import java.io.Serializable;
import org.sparkfinetune.data.format.ErrorClass;

/**
 * The result of one picture: activations, or the reason why it was rejected.
 *
 * @param <T> source of the picture, passed through
 */
public sealed interface PictureResult<T> extends Serializable {
    /** The source of the picture. */
    T source();

    /**
     * The picture went through the network.
     *
     * @param sha256 of the encoded bytes
     * @param width pixels, upright
     * @param height pixels, upright
     * @param activations one array for each output of the network, flattened channels-first
     */
    record Done<T>(T source, String sha256, int width, int height, float[][] activations) implements PictureResult<T> {}

    /**
     * The picture cannot be used; the message gives the reason.
     *
     * @param sha256 of the encoded bytes; null when they could not be read
     */
    record Rejected<T>(T source, String sha256, ErrorClass errorClass, String message) implements PictureResult<T> {}
}
