package org.sparkfinetune.train;

import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;

/**
 * How an executor comes by a tail with given parameters.
 *
 * @param runId names the configuration in the executor's {@link TailPool}
 * @param configuration JSON of the graph's configuration, its updater included
 * @param vectors parameters and updater state
 * @param iterations done
 * @param epochs done
 */
record Tail(String runId, Broadcast<String> configuration, Broadcast<FlatVector[]> vectors, int iterations, int epochs)
        implements Serializable {
    TailLease lend() {
        FlatVector[] values = vectors.value();
        TailLease lease = TailPool.lend(runId, configuration::value, values[0].length());
        new TrainingState(values[0], values[1], iterations, epochs).applyTo(lease.graph());
        return lease;
    }
}
