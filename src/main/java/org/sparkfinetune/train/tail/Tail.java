package org.sparkfinetune.train.tail;

import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.blocks.LostBlockException;

/**
 * How an executor comes by a tail with given parameters.
 *
 * @param runId names the configuration in the executor's {@link TailPool}
 * @param configuration JSON of the graph's configuration, its updater included
 * @param sent parameters and updater state that it is given
 * @param iterations that it has done
 * @param epochs that it has done
 */
public record Tail(String runId, Broadcast<String> configuration, SentState sent, int iterations, int epochs)
        implements Serializable {
    /** @param state whose floats were sent; its counters go with the tail */
    public Tail(String runId, Broadcast<String> configuration, SentState sent, TrainingState state) {
        this(runId, configuration, sent, state.iterations(), state.epochs());
    }

    /**
     * A graph for the calling task.
     *
     * @throws LostBlockException if a part of what was sent is lost
     */
    public TailLease lend() {
        TailLease lease = TailPool.lend(runId, configuration::value, sent.parameters());
        try {
            sent.applyTo(lease.graph());
        } catch (LostBlockException e) {
            lease.giveBack();
            throw e;
        }
        lease.graph().getConfiguration().setIterationCount(iterations);
        lease.graph().getConfiguration().setEpochCount(epochs);
        return lease;
    }
}
