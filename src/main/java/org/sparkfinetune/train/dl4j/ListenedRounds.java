package org.sparkfinetune.train.dl4j;

import java.util.List;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.RoundProgress;
import org.sparkfinetune.train.TrainingState;

/**
 * Notifies DL4J's listeners on the driver after each averaging. They receive the averaged network, which is updated
 * between rounds only if there are listeners.
 */
final class ListenedRounds implements RoundListener {
    private final FittedNetwork network;
    private final List<TrainingListener> listeners;
    private final RoundListener also;

    ListenedRounds(FittedNetwork network, List<TrainingListener> listeners, RoundListener also) {
        this.network = network;
        this.listeners = listeners;
        this.also = also;
        listeners.forEach(listener -> listener.onEpochStart(network.model()));
    }

    @Override
    public void roundDone(RoundProgress progress) {
        also.roundDone(progress);
    }

    @Override
    public void roundDone(RoundProgress progress, TrainingState state) {
        network.score(progress.workers().stream()
                .filter(report -> report.fit().examples() > 0)
                .mapToDouble(report -> report.fit().lastScore())
                .average()
                .orElseThrow());
        if (!listeners.isEmpty()) {
            network.accept(state);
            listeners.forEach(listener -> listener.iterationDone(network.model(), state.iterations(), state.epochs()));
        }
        also.roundDone(progress, state);
    }

    /** To be called when the network holds the parameters of the last round. */
    void epochDone() {
        listeners.forEach(listener -> listener.onEpochEnd(network.model()));
    }
}
