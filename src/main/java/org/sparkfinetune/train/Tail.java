package org.sparkfinetune.train;

import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;

/**
 * How an executor comes by a tail with given parameters.
 *
 * @param runId names the configuration in the executor's {@link TailPool}
 * @param configuration JSON of the graph's configuration, its updater included
 * @param state that it is given
 */
record Tail(String runId, Broadcast<String> configuration, StateBroadcast state) implements Serializable {
    TailLease lend() {
        TailLease lease = TailPool.lend(runId, configuration::value, state.parameters());
        state.applyTo(lease.graph());
        return lease;
    }
}
