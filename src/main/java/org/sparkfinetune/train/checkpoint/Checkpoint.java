package org.sparkfinetune.train.checkpoint;

import org.sparkfinetune.train.TrainingState;

/**
 * A training that can be gone on with.
 *
 * @param fingerprint of everything that decides the result (recipe, data, weights); a run goes on from its own only
 * @param seed of the run
 * @param state after an epoch, or in the middle of one
 * @param bestScore of the best epoch so far, as the caller measures it
 * @param bestEpoch 1-based; 0 when none was scored yet
 */
public record Checkpoint(String fingerprint, long seed, TrainingState state, double bestScore, int bestEpoch) {
    /** Whole epochs that were done when it was taken. */
    public int epoch() {
        return state.epochs();
    }

    /** Rounds of the next epoch that were done when it was taken. */
    public int rounds() {
        return state.part().rounds();
    }
}
