package org.sparkfinetune.train.blocks;

/** Thrown if a block is lost because its executor or disk failed. Its content must be computed again. */
public final class LostBlockException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LostBlockException(String message, Throwable cause) {
        super(message, cause);
    }
}
