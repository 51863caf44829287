package org.sparkfinetune.train;

/** A block is not where it was put: its executor is gone, or its disk is. What it held must be made again. */
final class LostBlockException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LostBlockException(String message, Throwable cause) {
        super(message, cause);
    }
}
