package org.sparkfinetune.check;

import java.util.List;

/**
 * The recipe, the model card or the flags are wrong: thrown before anything is read or written. Also thrown when
 * another job writes the same output, or when the job runs out of the memory that its profile allows.
 */
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
