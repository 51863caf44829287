package org.sparkfinetune.train;

/** A listener that is called on the driver after each round. */
@FunctionalInterface
public interface RoundListener {
    /** Does nothing. */
    RoundListener SILENT = progress -> {};

    void roundDone(RoundProgress progress);

    /**
     * Receives the state after a round as well; by default ignores it.
     *
     * @param state state after the round, with the finished part of the current epoch; valid only during the call
     */
    default void roundDone(RoundProgress progress, TrainingState state) {
        roundDone(progress);
    }
}
