package org.sparkfinetune.train.tail;

import org.sparkfinetune.inference.engine.TaskDevice;
import org.sparkfinetune.onednn.OneDnnGraph;

/**
 * A graph that one thread has borrowed from the {@link TailPool}. After an exception it is not given back, because it
 * may be inconsistent; the garbage collector frees it.
 *
 * @param runId run of the graph
 * @param device device of its arrays
 * @param graph graph to use, from this thread only
 * @param rates learning rates of the graph
 * @param hits counter of the examples that the graph predicts correctly in training
 */
public record TailLease(String runId, TaskDevice device, OneDnnGraph graph, LearningRates rates, HitCountingLoss hits) {
    public void giveBack() {
        TailPool.giveBack(this);
    }
}
