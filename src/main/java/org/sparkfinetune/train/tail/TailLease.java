package org.sparkfinetune.train.tail;

import org.sparkfinetune.inference.engine.TaskDevice;
import org.sparkfinetune.onednn.OneDnnGraph;

/**
 * A graph that belongs to one thread. Not given back when an exception ends its use: it may be in the middle of
 * something, and is left to the garbage collector.
 *
 * @param runId whose graph it is
 * @param device that its arrays lie on
 * @param graph to use, from this thread only
 * @param rates of the graph
 * @param hits counts the right answers of the graph
 */
public record TailLease(String runId, TaskDevice device, OneDnnGraph graph, LearningRates rates, HitCountingLoss hits) {
    public void giveBack() {
        TailPool.giveBack(this);
    }
}
