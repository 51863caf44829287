package org.sparkfinetune.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.ToIntFunction;
import org.apache.commons.io.output.TeeOutputStream;
import org.sparkfinetune.check.ExitCode;

/**
 * Reports a failed job to YARN, which shows the message to the user who submitted it. Without a stack trace, which
 * would not help the user.
 */
final class FailedJobException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private FailedJobException(int code, String errors) {
        super("exit code " + code + ", " + errors, null, false, false);
    }

    /**
     * Runs a command.
     *
     * @param command returns its exit code; writes errors to the given stream, which standard error gets too
     * @throws FailedJobException when the exit code is not 0, with these errors as its message
     */
    static void unlessDone(ToIntFunction<PrintStream> command) {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int code = command.applyAsInt(
                new PrintStream(new TeeOutputStream(System.err, errors), true, StandardCharsets.UTF_8));
        if (code != ExitCode.DONE.code()) {
            throw new FailedJobException(
                    code, errors.toString(StandardCharsets.UTF_8).strip());
        }
    }
}
