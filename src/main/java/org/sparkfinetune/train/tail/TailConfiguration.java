package org.sparkfinetune.train.tail;

import java.io.Serializable;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * The configuration of a tail, broadcast to the executors, which build their graphs from it. To be closed on the
 * driver.
 *
 * @param runId name of the configuration in the {@link TailPool} of an executor
 * @param json configuration of the graph, including its updater
 */
public record TailConfiguration(String runId, Broadcast<String> json) implements Serializable, AutoCloseable {
    /** Broadcasts the configuration of a graph; its parameters are not used. */
    public static TailConfiguration send(JavaSparkContext spark, ComputationGraph graph) {
        return new TailConfiguration(
                UUID.randomUUID().toString(),
                spark.broadcast(graph.getConfiguration().toJson()));
    }

    /** A tail of this configuration with the given parameters and counters. */
    public Tail tail(SentState sent, int iterations, int epochs) {
        return new Tail(this, sent, iterations, epochs);
    }

    /** Removes the configuration from all executors, and the graphs from this JVM. */
    @Override
    public void close() {
        json.destroy();
        TailPool.forget(runId);
    }
}
