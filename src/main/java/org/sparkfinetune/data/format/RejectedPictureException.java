package org.sparkfinetune.data.format;

import java.util.Objects;

/**
 * A picture cannot be used. The exception is checked, so that the caller decides what to do: the picture is recorded
 * and counted, and does not end the job. It has no stack trace, because a collection may hold millions of bad pictures.
 */
public final class RejectedPictureException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorClass errorClass;

    /** @param message one sentence for the owner of the picture */
    public RejectedPictureException(ErrorClass errorClass, String message) {
        super(message, null, false, false);
        this.errorClass = Objects.requireNonNull(errorClass, "errorClass");
    }

    /** Returns the kind of defect, for counting. */
    public ErrorClass errorClass() {
        return errorClass;
    }
}
