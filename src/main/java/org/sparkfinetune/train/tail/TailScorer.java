package org.sparkfinetune.train.tail;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.sparkfinetune.cluster.NativeThreads;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.Score;

/**
 * Scores the examples of a partition with a tail, in one forward pass. For tails with one output and one-hot labels.
 *
 * @param <T> an example
 */
public final class TailScorer<T> implements FlatMapFunction<Iterator<T>, double[]> {
    private static final long serialVersionUID = 1L;

    /** As in DL4J's cross entropy: the logarithm of 0 would be infinite. */
    private static final double SMALLEST_PROBABILITY = 1e-10;

    private final Tail tail;
    private final int batchSize;
    private final Batcher<T> batcher;
    private final TaskThreads threads;

    public TailScorer(Tail tail, int batchSize, Batcher<T> batcher, TaskThreads threads) {
        this.tail = tail;
        this.batchSize = batchSize;
        this.batcher = batcher;
        this.threads = threads;
    }

    /** Scores all examples; partitions are added in their order. */
    public static <T> Score score(JavaRDD<T> examples, Tail tail, int batchSize, Batcher<T> batcher) {
        TaskThreads threads = new TaskThreads(Math.max(1, examples.getNumPartitions()));
        TailScorer<T> scorer = new TailScorer<>(tail, batchSize, batcher, threads);
        double[] total = new double[3];
        for (double[] partition : examples.mapPartitions(scorer).collect()) {
            add(total, partition);
        }
        return new Score((long) total[0], total[1] / total[0], total[2] / total[0]);
    }

    /** Returns the number of examples, the sum of their losses, and the number of correct predictions. */
    @Override
    public Iterator<double[]> call(Iterator<T> examples) throws InterruptedException {
        double[] total = new double[3];
        try (NativeThreads limit = threads.limit();
                PreparedMinibatches<T> minibatches = new PreparedMinibatches<>(examples, batchSize, batcher)) {
            if (minibatches.hasNext()) {
                TailLease lease = tail.lend();
                while (minibatches.hasNext()) {
                    add(total, score(lease.graph(), minibatches.next().data()));
                }
                lease.giveBack();
            }
        }
        return List.of(total).iterator();
    }

    /** Scores a minibatch: number of examples, sum of losses, number of correct predictions. */
    public static double[] score(ComputationGraph graph, MultiDataSet minibatch) {
        INDArray labels = minibatch.getLabels(0);
        INDArray output = graph.output(false, minibatch.getFeatures(), minibatch.getFeaturesMaskArrays())[0];
        // The loss is computed from the output, so that one forward pass is enough for loss and accuracy.
        INDArray bounded = Transforms.max(output, SMALLEST_PROBABILITY, true);
        double loss = loss(graph).computeScore(labels, bounded, new ActivationIdentity(), null, false);
        INDArray hits = output.argMax(1).eq(labels.argMax(1));
        return new double[] {
            labels.size(0), loss, hits.castTo(DataType.LONG).sumNumber().longValue()
        };
    }

    private static ILossFunction loss(ComputationGraph graph) {
        return ((BaseOutputLayer) graph.getOutputLayer(0).conf().getLayer()).getLossFn();
    }

    /** Adds the second array to the first. */
    public static void add(double[] total, double[] more) {
        for (int i = 0; i < total.length; i++) {
            total[i] += more[i];
        }
    }
}
