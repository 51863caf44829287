package org.sparkfinetune.train.tail;

import java.io.Serializable;
import org.sparkfinetune.train.blocks.LostBlockException;

/**
 * A tail with given parameters, as tasks receive it.
 *
 * @param configuration configuration of the graph
 * @param sent parameters and updater state of the tail
 * @param iterations parameter updates done so far
 * @param epochs epochs done so far
 */
public record Tail(TailConfiguration configuration, SentState sent, int iterations, int epochs)
        implements Serializable {
    /**
     * Lends the calling task a graph with these parameters.
     *
     * @throws LostBlockException if a part of the parameters is lost
     */
    public TailLease lend() {
        TailLease lease = TailPool.lend(configuration.runId(), configuration.json()::value, sent.parameters());
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
