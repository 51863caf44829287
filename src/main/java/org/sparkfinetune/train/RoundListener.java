package org.sparkfinetune.train;

/** Is told on the driver, after each round, how the training goes. */
@FunctionalInterface
public interface RoundListener {
    /** Hears nothing. */
    RoundListener SILENT = progress -> {};

    void roundDone(RoundProgress progress);
}
