package org.sparkfinetune.check;

import java.util.List;

/** Pictures, datasets, weights or checkpoints are missing, damaged, not writable or do not match their checksum. */
public final class BadDataException extends FinetuneException {
    private static final long serialVersionUID = 1L;

    public BadDataException(List<Problem> problems) {
        super(problems, null);
    }

    public BadDataException(List<Problem> problems, Throwable cause) {
        super(problems, cause);
    }

    public BadDataException(String place, String message) {
        super(List.of(new Problem(place, message)), null);
    }

    public BadDataException(String place, String message, Throwable cause) {
        super(List.of(new Problem(place, message)), cause);
    }

    @Override
    public ExitCode exitCode() {
        return ExitCode.BAD_DATA;
    }
}
