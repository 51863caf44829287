package org.sparkfinetune.report;

import java.util.Map;

/** An event of a job, in figures. */
public sealed interface JobEvent {
    /**
     * The job has work to do, and its output folder is ready. A job whose result already exists never begins.
     *
     * @param folder output folder
     */
    record Began(String folder) implements JobEvent {}

    /**
     * A round of training.
     *
     * @param epoch 1-based
     * @param epochs number of epochs of the training
     * @param round 1-based
     * @param rounds number of rounds of the epoch
     * @param loss mean over the round's examples
     * @param examplesTrained since epoch 1 began, earlier runs included
     * @param seconds duration of the round
     */
    record Round(int epoch, int epochs, int round, int rounds, double loss, long examplesTrained, double seconds)
            implements JobEvent {}

    /**
     * An epoch of training, and its validation.
     *
     * @param epochs number of epochs of the training
     * @param examplesTrained since epoch 1 began, earlier runs included
     */
    record Epoch(RunReport.Epoch figures, int epochs, long examplesTrained) implements JobEvent {}

    /**
     * Pictures were rejected.
     *
     * @param pictures number of pictures that this run examined
     * @param rejected number of these that were rejected
     * @param perReason rejected pictures by error class; empty when not counted by class
     */
    record Rejected(long pictures, long rejected, Map<String, Long> perReason) implements JobEvent {
        public Rejected {
            perReason = Map.copyOf(perReason);
        }
    }

    /** The job is done, or was done already. */
    record Done(RunReport report) implements JobEvent {}

    /**
     * The job ends without a result.
     *
     * @param exitCode exit code of the process that runs the job
     * @param reason text, one line for each problem
     */
    record Failed(int exitCode, String reason) implements JobEvent {}
}
