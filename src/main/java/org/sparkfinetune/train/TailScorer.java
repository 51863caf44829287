package org.sparkfinetune.train;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Scores the partition it is given with a tail, in one forward pass: the input of the output layer is computed once, and
 * loss and predictions from it. For tails with one output and one-hot labels.
 *
 * @param <T> an example
 */
final class TailScorer<T> implements FlatMapFunction<Iterator<T>, double[]> {
    private static final long serialVersionUID = 1L;

    private final Tail tail;
    private final int batchSize;
    private final Batcher<T> batcher;

    TailScorer(Tail tail, int batchSize, Batcher<T> batcher) {
        this.tail = tail;
        this.batchSize = batchSize;
        this.batcher = batcher;
    }

    /** Adds up partitions in their order. */
    static <T> Score score(JavaRDD<T> examples, TailScorer<T> scorer) {
        double[] total = new double[3];
        for (double[] partition : examples.mapPartitions(scorer).collect()) {
            add(total, partition);
        }
        return new Score((long) total[0], total[1] / total[0], total[2] / total[0]);
    }

    /** Examples, sum of losses and correct predictions. */
    @Override
    public Iterator<double[]> call(Iterator<T> examples) {
        double[] total = new double[3];
        if (examples.hasNext()) {
            TailLease lease = tail.lend();
            List<T> minibatch = new ArrayList<>();
            while (examples.hasNext()) {
                minibatch.add(examples.next());
                if (minibatch.size() == batchSize || !examples.hasNext()) {
                    add(total, score(lease.graph(), batcher.batch(minibatch)));
                    minibatch.clear();
                }
            }
            lease.giveBack();
        }
        return List.of(total).iterator();
    }

    private static double[] score(ComputationGraph graph, MultiDataSet minibatch) {
        String output = graph.getConfiguration().getNetworkOutputs().get(0);
        LayerVertex vertex = (LayerVertex) graph.getVertex(output);
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        INDArray labels = minibatch.getLabels(0);
        vertex.setInput(0, inputOf(graph, output, minibatch), workspaces);
        vertex.applyPreprocessorAndSetInput(workspaces);
        IOutputLayer layer = (IOutputLayer) vertex.getLayer();
        layer.setLabels(labels);
        double loss = layer.computeScore(0, false, workspaces);
        INDArray predicted = layer.activate(false, workspaces).argMax(1);
        long correct = predicted
                .eq(labels.argMax(1))
                .castTo(org.nd4j.linalg.api.buffer.DataType.LONG)
                .sumNumber()
                .longValue();
        graph.clearLayersStates();
        return new double[] {labels.size(0), loss * labels.size(0), correct};
    }

    private static INDArray inputOf(ComputationGraph graph, String output, MultiDataSet minibatch) {
        String before = graph.getConfiguration().getVertexInputs().get(output).get(0);
        int networkInput = graph.getConfiguration().getNetworkInputs().indexOf(before);
        return networkInput >= 0
                ? minibatch.getFeatures(networkInput)
                : graph.output(List.of(before), false, minibatch.getFeatures(), minibatch.getFeaturesMaskArrays())[0];
    }

    private static void add(double[] total, double[] more) {
        for (int i = 0; i < total.length; i++) {
            total[i] += more[i];
        }
    }
}
