package org.sparkfinetune.check;

import java.util.List;

/**
 * The recipe, the model card or the flags are wrong: thrown before anything is read or written. Or another job writes the same
 * output, or the profile gives the job too little memory, which shows only when it runs.
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
