package org.sparkfinetune.train;

/** Is told on the driver, after each round, how the training goes. */
@FunctionalInterface
public interface RoundListener {
    /** Hears nothing. */
    RoundListener SILENT = progress -> {};

    void roundDone(RoundProgress progress);

    /**
     * The same with what is trained so far, for those who want it.
     *
     * @param state after the round: its epochs are those before the epoch that is trained, its part is what is done of that;
     *     good for the time of the call
     */
    default void roundDone(RoundProgress progress, TrainingState state) {
        roundDone(progress);
    }
}
