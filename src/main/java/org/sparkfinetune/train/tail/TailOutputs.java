package org.sparkfinetune.train.tail;

import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.sparkfinetune.cluster.NativeThreads;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.TrainingState;
import scala.Tuple2;

/**
 * What a tail says about each example, counted where the examples are. For tails with one output and one-hot labels.
 *
 * @param examples number and example, each read once
 * @param batcher makes minibatches of them
 * @param batchSize examples in one forward pass
 * @param <T> an example as it travels through Spark
 */
public record TailOutputs<T>(JavaPairRDD<Long, T> examples, Batcher<T> batcher, int batchSize) {

    /**
     * A count that can be kept in parts.
     *
     * @param <C> itself
     */
    public interface Count<C> extends Serializable {
        /**
         * Counts one example.
         *
         * @param number of the example
         * @param label the true one
         * @param output of the tail
         */
        void count(long number, int label, float[] output);

        /** Adds another part; must not depend on the order of the parts. */
        C merge(C other);
    }

    /** A count to begin with, made on executors. */
    public interface Empty<C> extends Supplier<C>, Serializable {}

    /**
     * Runs a tail over all examples.
     *
     * @param tail with its parameters
     * @return the sum of all parts
     */
    public <C extends Count<C>> C count(JavaSparkContext spark, ComputationGraph tail, Empty<C> empty) {
        String runId = UUID.randomUUID().toString();
        Broadcast<String> configuration =
                spark.broadcast(tail.getConfiguration().toJson());
        TrainingState state = TrainingState.of(tail);
        StateBroadcast sent = new StateBroadcast(spark, state);
        try {
            Tail shipped = new Tail(runId, configuration, sent, state);
            TaskThreads threads = new TaskThreads(Math.max(1, examples.getNumPartitions()));
            Batcher<T> batches = batcher;
            int size = batchSize;
            return examples.mapPartitions(part -> List.of(
                                    countPart(part, shipped, new Minibatches<>(batches, size, threads), empty.get()))
                            .iterator())
                    .treeReduce(Count::merge);
        } finally {
            sent.destroy();
            configuration.destroy();
            TailPool.forget(runId);
        }
    }

    private record Minibatches<T>(Batcher<T> batcher, int size, TaskThreads threads) implements Serializable {}

    private static <T, C extends Count<C>> C countPart(
            Iterator<Tuple2<Long, T>> examples, Tail tail, Minibatches<T> minibatches, C count)
            throws InterruptedException {
        // Filled when an example is taken, which runs ahead of its minibatch.
        Deque<Long> numbers = new ArrayDeque<>();
        Iterator<T> values = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return examples.hasNext();
            }

            @Override
            public T next() {
                Tuple2<Long, T> example = examples.next();
                numbers.add(example._1());
                return example._2();
            }
        };
        try (NativeThreads limit = minibatches.threads().limit();
                PreparedMinibatches<T> prepared =
                        new PreparedMinibatches<>(values, minibatches.size(), minibatches.batcher())) {
            if (prepared.hasNext()) {
                TailLease lease = tail.lend();
                while (prepared.hasNext()) {
                    count(lease.graph(), prepared.next().data(), numbers, count);
                }
                lease.giveBack();
            }
        }
        return count;
    }

    private static void count(ComputationGraph graph, MultiDataSet minibatch, Deque<Long> numbers, Count<?> count) {
        int[] labels = minibatch.getLabels(0).argMax(1).toIntVector();
        float[][] outputs =
                graph.output(false, minibatch.getFeatures(), minibatch.getFeaturesMaskArrays())[0].toFloatMatrix();
        for (int row = 0; row < outputs.length; row++) {
            count.count(numbers.remove(), labels[row], outputs[row]);
        }
    }
}
