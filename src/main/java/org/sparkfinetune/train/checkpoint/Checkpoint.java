package org.sparkfinetune.train.checkpoint;

import org.sparkfinetune.train.TrainingState;

/**
 * A training from which a job can resume.
 *
 * @param fingerprint fingerprint of everything that decides the result (recipe, data, weights); a run resumes only from
 *     its own checkpoints
 * @param seed seed of the run
 * @param state state after an epoch, or within one
 * @param bestScore score of the best epoch so far; the caller decides how to measure it
 * @param bestEpoch best epoch so far, 1-based; 0 if none was scored yet
 */
public record Checkpoint(String fingerprint, long seed, TrainingState state, double bestScore, int bestEpoch) {
    /** Complete epochs before the checkpoint. */
    public int epoch() {
        return state.epochs();
    }

    /** Rounds of the next epoch before the checkpoint. */
    public int rounds() {
        return state.part().rounds();
    }
}
