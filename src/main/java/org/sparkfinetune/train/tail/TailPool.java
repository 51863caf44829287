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
 * The tails of this JVM, built once for each task that runs at a time on a device and then used again by the tasks that follow
 * there. A graph that is lent belongs to one thread until it is given back: DL4J's graphs are not safe for two.
 */
public final class TailPool {
    private static final Map<Place, Deque<TailLease>> IDLE = new HashMap<>();

    private TailPool() {}

    /** Where a graph can be used: its arrays lie on its device. */
    private record Place(String runId, TaskDevice device) {}

    /**
     * A graph for the calling thread alone, whose parameters are those of its last use; a new one's are zeros.
     *
     * @param runId graphs of other runs are let go
     * @param configuration of the graph, as JSON; asked for only when a graph must be built
     * @param parameters how many the graph has
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
        // A program that is not started by our scripts sets no system property for its executors.
        NativeEngine.enable();
        OneDnnGraph graph = new OneDnnGraph(ComputationGraphConfiguration.fromJson(configuration.get()));
        // Not random numbers, which would take as much memory again until the garbage collector comes by.
        graph.init(Nd4j.zeros(DataType.FLOAT, parameters), false);
        return new TailLease(runId, device, graph, new LearningRates(graph), HitCountingLoss.into(graph));
    }

    /** Takes a graph back. One whose training threw is not given back: it may be in the middle of something. */
    static void giveBack(TailLease lease) {
        synchronized (IDLE) {
            IDLE.computeIfAbsent(new Place(lease.runId(), lease.device()), place -> new ArrayDeque<>())
                    .push(lease);
        }
    }

    /** Forgets the graphs of a run in this JVM. */
    public static void forget(String runId) {
        synchronized (IDLE) {
            release(runId::equals);
        }
    }

    /** Nobody has what lies here; a task that goes on after its run is over has taken its graph away. */
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
