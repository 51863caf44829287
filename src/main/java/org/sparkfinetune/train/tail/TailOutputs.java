package org.sparkfinetune.train.tail;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.sparkfinetune.cluster.NativeThreads;
import org.sparkfinetune.report.Scorecard;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.TrainingState;
import scala.Tuple2;

/**
 * The outputs of a tail for numbered examples, compared with the labels on the executors. For tails with one output and
 * one-hot labels.
 *
 * @param examples pairs of a number and an example, each read once
 * @param batcher makes minibatches of the examples
 * @param batchSize examples per forward pass
 * @param <T> an example as it travels through Spark
 */
public record TailOutputs<T>(JavaPairRDD<Long, T> examples, Batcher<T> batcher, int batchSize) {
    /**
     * Runs a tail over all examples.
     *
     * @param tail network with its parameters
     * @return counts in which each example is named by its number
     */
    public Scorecard scorecard(JavaSparkContext spark, ComputationGraph tail, List<String> labelNames) {
        TrainingState state = TrainingState.of(tail);
        StateBroadcast sent = new StateBroadcast(spark, state);
        try (TailConfiguration configuration = TailConfiguration.send(spark, tail)) {
            TaskThreads threads = new TaskThreads(Math.max(1, examples.getNumPartitions()));
            Tail shipped = configuration.tail(sent, state.iterations(), state.epochs());
            return examples.mapPartitions(
                            new Partition<>(shipped, batcher, batchSize, threads, new ArrayList<>(labelNames)))
                    .treeReduce(Scorecard::merge);
        } finally {
            sent.destroy();
        }
    }

    private record Partition<T>(
            Tail tail, Batcher<T> batcher, int batchSize, TaskThreads threads, ArrayList<String> labelNames)
            implements FlatMapFunction<Iterator<Tuple2<Long, T>>, Scorecard> {
        @Override
        public Iterator<Scorecard> call(Iterator<Tuple2<Long, T>> examples) throws InterruptedException {
            Scorecard scorecard = new Scorecard(labelNames);
            // Filled when an example is read, which happens before its minibatch is used.
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
            try (NativeThreads limit = threads.limit();
                    PreparedMinibatches<T> prepared = new PreparedMinibatches<>(values, batchSize, batcher)) {
                if (prepared.hasNext()) {
                    TailLease lease = tail.lend();
                    while (prepared.hasNext()) {
                        count(lease.graph(), prepared.next().data(), numbers, scorecard);
                    }
                    lease.giveBack();
                }
            }
            return List.of(scorecard).iterator();
        }

        private static void count(
                ComputationGraph graph, MultiDataSet minibatch, Deque<Long> numbers, Scorecard scorecard) {
            int[] labels = minibatch.getLabels(0).argMax(1).toIntVector();
            float[][] outputs =
                    graph.output(false, minibatch.getFeatures(), minibatch.getFeaturesMaskArrays())[0].toFloatMatrix();
            for (int row = 0; row < outputs.length; row++) {
                // All names have the same length, so that they sort like the numbers.
                scorecard.count("%019d".formatted(numbers.remove()), labels[row], outputs[row]);
            }
        }
    }
}
