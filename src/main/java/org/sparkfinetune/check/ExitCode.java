package org.sparkfinetune.check;

/** What the process tells the shell or the scheduler that started it. */
public enum ExitCode {
    /** The job is done and its output is whole. */
    DONE(0),
    /** A bug of ours: the only end with a stack trace. */
    BUG(1),
    /** The recipe, the model card, the flags or the profile's memory do not do for the job. */
    INVALID_REQUEST(2),
    /** Pictures, datasets or weights are missing, corrupt or do not match their checksum. */
    BAD_DATA(3),
    /** Training diverged: the loss became NaN or infinite. */
    DIVERGED(4);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** The process exit code, 0 to 4. */
    public int code() {
        return code;
    }
}
