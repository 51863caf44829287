package org.sparkfinetune.report;

import java.util.Map;

/** Something that happened in a job, in figures. */
public sealed interface JobEvent {
    /**
     * The job found work to do, and its output is ready for it. A job whose result is there already never begins.
     *
     * @param folder of the output
     */
    record Began(String folder) implements JobEvent {}

    /**
     * A round of training.
     *
     * @param epoch 1-based
     * @param epochs of the training
     * @param round 1-based
     * @param rounds of the epoch
     * @param loss mean of the round's examples
     * @param examplesTrained since epoch 1 began, earlier runs included
     * @param seconds that the round took
     */
    record Round(int epoch, int epochs, int round, int rounds, double loss, long examplesTrained, double seconds)
            implements JobEvent {}

    /**
     * An epoch of training, and its validation.
     *
     * @param epochs of the training
     * @param examplesTrained since epoch 1 began, earlier runs included
     */
    record Epoch(RunReport.Epoch figures, int epochs, long examplesTrained) implements JobEvent {}

    /**
     * Pictures were refused.
     *
     * @param pictures of this run that were looked at
     * @param rejected of these
     * @param perReason the same by error class; empty when not counted so
     */
    record Rejected(long pictures, long rejected, Map<String, Long> perReason) implements JobEvent {
        public Rejected {
            perReason = Map.copyOf(perReason);
        }
    }

    /** The job is done, or was already. */
    record Done(RunReport report) implements JobEvent {}

    /**
     * The job ends without a result.
     *
     * @param exitCode of the process that runs it
     * @param reason in words, a line for each problem
     */
    record Failed(int exitCode, String reason) implements JobEvent {}
}
