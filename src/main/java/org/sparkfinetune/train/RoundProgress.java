package org.sparkfinetune.train;

import java.time.Duration;
import java.util.List;

/**
 * Where the training is after a round.
 *
 * @param epoch 1-based
 * @param round 1-based
 * @param rounds of the epoch
 * @param loss mean training loss of the round's examples
 * @param examplesDone in this epoch so far
 * @param examples of the epoch
 * @param took the round from broadcast to new parameters; in round 1 with the reading of all examples
 * @param workers what each worker did, in the order of workers
 */
public record RoundProgress(
        int epoch,
        int round,
        int rounds,
        double loss,
        long examplesDone,
        long examples,
        Duration took,
        List<WorkerReport> workers) {
    public RoundProgress {
        workers = List.copyOf(workers);
    }
}
