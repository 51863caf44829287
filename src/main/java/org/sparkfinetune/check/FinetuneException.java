package org.sparkfinetune.check;

import java.util.List;
import java.util.stream.Collectors;

/** A failure that is not an internal error; the user sees its problems, never a stack trace. */
public abstract sealed class FinetuneException extends RuntimeException
        permits InvalidRequestException, BadDataException, DivergedException {
    private static final long serialVersionUID = 1L;

    /** Serialized: an exception thrown in an executor arrives with the place of its problem. */
    private final List<Problem> problems;

    FinetuneException(List<Problem> problems, Throwable cause) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")), cause);
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("an exception without a problem explains nothing");
        }
        this.problems = List.copyOf(problems);
    }

    /** Returns all problems, at least one. */
    public List<Problem> problems() {
        return problems;
    }

    /** Returns the exit code of the process. */
    public abstract ExitCode exitCode();
}
