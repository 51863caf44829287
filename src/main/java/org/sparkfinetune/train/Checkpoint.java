package org.sparkfinetune.train;

/**
 * A training that can be gone on with.
 *
 * @param fingerprint of everything that decides the result (recipe, data, weights); a run goes on from its own only
 * @param seed of the run
 * @param state after a whole epoch
 * @param bestScore of the best epoch so far, as the caller measures it
 * @param bestEpoch 1-based; 0 when none was scored yet
 */
public record Checkpoint(String fingerprint, long seed, TrainingState state, double bestScore, int bestEpoch) {
    /** The epoch after which it was taken, 1-based. */
    public int epoch() {
        return state.epochs();
    }
}
