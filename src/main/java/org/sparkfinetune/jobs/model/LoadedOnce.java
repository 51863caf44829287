package org.sparkfinetune.jobs.model;

import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** A network that is loaded when it is first asked for, and kept from then on. */
public final class LoadedOnce implements Supplier<ComputationGraph> {
    private final Supplier<ComputationGraph> loading;
    private ComputationGraph network;

    public LoadedOnce(Supplier<ComputationGraph> loading) {
        this.loading = loading;
    }

    @Override
    public synchronized ComputationGraph get() {
        if (network == null) {
            network = loading.get();
        }
        return network;
    }

    /** Lets the network go; asked for again it is loaded again. */
    public synchronized void forget() {
        network = null;
    }
}
