package org.sparkfinetune.train.blocks;

/** A block is not where it was put: its executor is gone, or its disk is. What it held must be made again. */
public final class LostBlockException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LostBlockException(String message, Throwable cause) {
        super(message, cause);
    }
}
