package org.sparkfinetune.data.format;

import java.util.Objects;

/**
 * One picture cannot be used. Checked, so that whoever decodes a picture decides what becomes of a bad one: it is recorded and
 * counted, and never ends a job by itself. Carries no stack trace, because a collection may hold millions of bad pictures.
 */
public final class RejectedPictureException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorClass errorClass;

    /** @param message one plain sentence for the person who owns the picture */
    public RejectedPictureException(ErrorClass errorClass, String message) {
        super(message, null, false, false);
        this.errorClass = Objects.requireNonNull(errorClass, "errorClass");
    }

    /** The kind of defect, for counting. */
    public ErrorClass errorClass() {
        return errorClass;
    }
}
