package org.sparkfinetune.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.ToIntFunction;
import org.apache.commons.io.output.TeeOutputStream;
import org.sparkfinetune.check.ExitCode;

/** How a job that failed is told to YARN, which shows the message to whoever submitted it. The user knows nothing of our stack: it has none. */
final class FailedJobException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private FailedJobException(int code, String errors) {
        super("exit code " + code + ", " + errors, null, false, false);
    }

    /**
     * Runs a command.
     *
     * @param command given where to tell what is wrong, which goes to standard error too; returns its exit code
     * @throws FailedJobException when that is not 0, with what the command told
     */
    static void unlessDone(ToIntFunction<PrintStream> command) {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        int code = command.applyAsInt(
                new PrintStream(new TeeOutputStream(System.err, told), true, StandardCharsets.UTF_8));
        if (code != ExitCode.DONE.code()) {
            throw new FailedJobException(
                    code, told.toString(StandardCharsets.UTF_8).strip());
        }
    }
}
