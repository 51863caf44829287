package org.sparkfinetune.train;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The progress of the training after a round, and the time and bytes of the round.
 *
 * @param epoch number of the epoch, 1-based
 * @param round number of the round, 1-based
 * @param rounds number of rounds of the epoch
 * @param loss mean training loss of the round's examples
 * @param examplesDone examples of this epoch trained so far
 * @param examples number of examples of the epoch
 * @param took time until the next round could start from the averages, or, in the last round, until the driver had
 *     them; round 1 includes the reading of all examples
 * @param spread spread of the workers before the averaging: root mean square of the L2 distances of their parameters to
 *     the average, divided by the L2 norm of the average; 0 for a single worker
 * @param workers reports of the workers, in their order
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

    /** Fitting time of the slowest worker that has examples. */
    public Duration slowestWorker() {
        return fitting().max(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** Fitting time of the fastest worker that has examples. */
    public Duration fastestWorker() {
        return fitting().min(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** Bytes of parameters and updater state sent by all workers, without overhead of Spark. */
    public long bytes() {
        return workers.stream().mapToLong(WorkerReport::bytesSent).sum();
    }

    /** Time of the round without the fitting of the slowest worker: reading parameters, averaging, the driver. */
    public Duration averaging() {
        Duration rest = took.minus(slowestWorker());
        return rest.isNegative() ? Duration.ZERO : rest;
    }

    private Stream<Duration> fitting() {
        return workers.stream().filter(report -> report.fit().examples() > 0).map(WorkerReport::fitting);
    }
}
