package org.sparkfinetune.train.tail;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.inference.engine.TaskDevice;
import org.sparkfinetune.onednn.OneDnnGraph;
import org.sparkfinetune.zoo.network.Networks;

/**
 * The graphs of this JVM. One graph is built for each task that runs at the same time on a device, and reused by later
 * tasks there. A lent graph belongs to one thread until it is given back: DL4J's graphs are not thread-safe.
 */
final class TailPool {
    private static final Map<Place, Deque<TailLease>> IDLE = new HashMap<>();

    private TailPool() {}

    /** Run and device for which a graph can be used. */
    private record Place(String runId, TaskDevice device) {}

    /**
     * Lends a graph to the calling thread. It has the parameters of its last use, or zeros if it is new.
     *
     * @param runId run of the graph; idle graphs of other runs are released
     * @param configuration supplier of the graph's configuration as JSON; called only if a graph must be built
     * @param parameters number of parameters of the graph
     */
    static TailLease lend(String runId, Supplier<String> configuration, long parameters) {
        TaskDevice device = TaskDevice.here();
        synchronized (IDLE) {
            release(other -> !other.equals(runId));
            Deque<TailLease> idle = IDLE.get(new Place(runId, device));
            if (idle != null && !idle.isEmpty()) {
                return idle.pop();
            }
        }
        // Programs that are not started by our scripts do not set the system property for their executors.
        NativeEngine.enable();
        OneDnnGraph graph = new OneDnnGraph(ComputationGraphConfiguration.fromJson(configuration.get()));
        // Random parameters would occupy the same memory a second time until the next garbage collection.
        graph.init(Nd4j.zeros(DataType.FLOAT, parameters), false);
        return new TailLease(runId, device, graph, new LearningRates(graph), HitCountingLoss.into(graph));
    }

    /** Takes a graph back; not to be called after an exception, because the graph may be inconsistent. */
    static void giveBack(TailLease lease) {
        synchronized (IDLE) {
            IDLE.computeIfAbsent(new Place(lease.runId(), lease.device()), place -> new ArrayDeque<>())
                    .push(lease);
        }
    }

    /** Releases the idle graphs of a run in this JVM. */
    static void forget(String runId) {
        synchronized (IDLE) {
            release(runId::equals);
        }
    }

    /** Idle graphs have no user; a task that still runs after the end of its run has borrowed its graph. */
    private static void release(Predicate<String> runs) {
        IDLE.entrySet().removeIf(idle -> {
            boolean over = runs.test(idle.getKey().runId());
            if (over) {
                idle.getValue().forEach(lease -> Networks.release(lease.graph()));
            }
            return over;
        });
    }
}
