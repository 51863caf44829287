package org.sparkfinetune.check;

/** The exit code of the process, for the shell or scheduler that started it. */
public enum ExitCode {
    /** The job is done and its output is complete. */
    DONE(0),
    /** Internal error (please report); the only exit code with a stack trace. */
    BUG(1),
    /** The recipe, the model card, the flags or the profile's memory are not right for the job. */
    INVALID_REQUEST(2),
    /** Pictures, datasets or weights are missing, damaged or do not match their checksum. */
    BAD_DATA(3),
    /** Training diverged: the loss became NaN or infinite. */
    DIVERGED(4);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** Returns the exit code of the process, 0 to 4. */
    public int code() {
        return code;
    }
}
