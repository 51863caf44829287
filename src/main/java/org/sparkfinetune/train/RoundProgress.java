package org.sparkfinetune.train;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the training is after a round, and what the round cost.
 *
 * @param epoch 1-based
 * @param round 1-based
 * @param rounds of the epoch
 * @param loss mean training loss of the round's examples
 * @param examplesDone in this epoch so far
 * @param examples of the epoch
 * @param took the round until the next one could start from its averages, in the last one until the driver has them; in round 1
 *     with the reading of all examples
 * @param spread of the workers before they were averaged: root mean square of the L2 distances of their parameters to
 *     the average, divided by the average's L2 norm; 0 for a single worker
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
        double spread,
        List<WorkerReport> workers) {
    public RoundProgress {
        workers = List.copyOf(workers);
    }

    /** Time that the slowest of the workers with examples fitted. */
    public Duration slowestWorker() {
        return fitting().max(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** Time that the fastest of the workers with examples fitted. */
    public Duration fastestWorker() {
        return fitting().min(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** Sent by all workers together: parameters and updater state, without what Spark adds. */
    public long bytes() {
        return workers.stream().mapToLong(WorkerReport::bytesSent).sum();
    }

    /** What the round took beside the slowest worker's fitting: taking parameters over, averaging, the driver. */
    public Duration averaging() {
        Duration rest = took.minus(slowestWorker());
        return rest.isNegative() ? Duration.ZERO : rest;
    }

    private Stream<Duration> fitting() {
        return workers.stream().filter(report -> report.fit().examples() > 0).map(WorkerReport::fitting);
    }
}
