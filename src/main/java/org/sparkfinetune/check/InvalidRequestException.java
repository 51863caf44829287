package org.sparkfinetune.check;

import java.util.List;

/** The recipe, the model card or the flags are wrong. Thrown before anything is read or written. */
public final class InvalidRequestException extends FinetuneException {
    private static final long serialVersionUID = 1L;

    public InvalidRequestException(List<Problem> problems) {
        super(problems, null);
    }

    public InvalidRequestException(String place, String message) {
        super(List.of(new Problem(place, message)), null);
    }

    public InvalidRequestException(String place, String message, Throwable cause) {
        super(List.of(new Problem(place, message)), cause);
    }

    @Override
    public ExitCode exitCode() {
        return ExitCode.INVALID_REQUEST;
    }
}
