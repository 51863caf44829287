package org.sparkfinetune.train.round;

import java.util.List;
import org.sparkfinetune.train.WorkerReport;
import org.sparkfinetune.train.average.ChunkSpread;

/**
 * What the driver hears of a round beside the averages.
 *
 * @param reports one a worker, in the order of workers
 * @param spread of the workers' parameters around their average
 */
record RoundOutcome(List<WorkerReport> reports, ChunkSpread spread) {
    int iterations() {
        return reports.stream()
                .mapToInt(report -> report.fit().iterations())
                .max()
                .orElse(0);
    }
}
