package org.sparkfinetune.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * The tails of this JVM, built once for each task that runs at a time and then used again by the tasks that follow. A
 * graph that is lent belongs to one thread until it is given back: DL4J's graphs are not safe for two.
 */
final class TailPool {
    private static final Map<String, Deque<TailLease>> IDLE = new HashMap<>();

    private TailPool() {}

    /**
     * A graph for the calling thread alone, whose parameters are those of its last use.
     *
     * @param runId graphs of other runs are let go
     * @param configuration of the graph, as JSON; asked for only when a graph must be built
     */
    static TailLease lend(String runId, Supplier<String> configuration) {
        synchronized (IDLE) {
            IDLE.keySet().removeIf(other -> !other.equals(runId));
            Deque<TailLease> idle = IDLE.get(runId);
            if (idle != null && !idle.isEmpty()) {
                return idle.pop();
            }
        }
        ComputationGraph graph = new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration.get()));
        graph.init();
        return new TailLease(runId, graph, new LearningRates(graph), HitCountingLoss.into(graph));
    }

    /** Takes a graph back. One whose training threw is not given back: it may be in the middle of something. */
    static void giveBack(TailLease lease) {
        synchronized (IDLE) {
            IDLE.computeIfAbsent(lease.runId(), id -> new ArrayDeque<>()).push(lease);
        }
    }

    /** Forgets the graphs of a run in this JVM. */
    static void forget(String runId) {
        synchronized (IDLE) {
            IDLE.remove(runId);
        }
    }
}
