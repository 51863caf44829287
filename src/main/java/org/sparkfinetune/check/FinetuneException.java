package org.sparkfinetune.check;

import java.util.List;
import java.util.stream.Collectors;

/** An end of the job that is no bug of ours; the user sees the problems, never a stack trace. */
public abstract sealed class FinetuneException extends RuntimeException
        permits InvalidRequestException, BadDataException, DivergedException {
    private static final long serialVersionUID = 1L;

    /** Not transient: an exception thrown in an executor arrives with the place of its problem. */
    private final List<Problem> problems;

    FinetuneException(List<Problem> problems, Throwable cause) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")), cause);
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("an exception without a problem explains nothing");
        }
        this.problems = List.copyOf(problems);
    }

    /** Everything that is wrong, at least one. */
    public List<Problem> problems() {
        return problems;
    }

    /** How the process ends. */
    public abstract ExitCode exitCode();
}
