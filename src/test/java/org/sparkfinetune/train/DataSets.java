package org.sparkfinetune.train;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.sparkfinetune.testing.LocalSpark;

/** {@link Points} in data sets of DL4J, for both kinds of networks. */
public final class DataSets {
    private DataSets() {}

    /** Points {@code from} to {@code to - 1} in one data set. */
    public static DataSet of(long from, long to) {
        return of(indices(from, to));
    }

    public static DataSet of(List<Long> points) {
        MultiDataSet all = Points.batch(points.stream().map(Points::example).toList());
        return new DataSet(all.getFeatures(0), all.getLabels(0));
    }

    /** Points in the order of an epoch of a run. */
    public static DataSet inOrder(long n, long seed, int epoch, long from, long to) {
        EpochOrder order = new EpochOrder(n, seed, epoch);
        List<Long> points = new ArrayList<>();
        for (long position = from; position < to; position++) {
            points.add(order.exampleAt(position));
        }
        return of(points);
    }

    /** The first points in data sets of these numbers of rows. */
    public static JavaRDD<DataSet> rdd(int partitions, int... rows) {
        List<DataSet> sets = new ArrayList<>();
        long from = 0;
        for (int count : rows) {
            sets.add(of(from, from + count));
            from += count;
        }
        return LocalSpark.context().parallelize(sets, partitions);
    }

    public static MultiLayerNetwork layers(IUpdater updater) {
        MultiLayerConfiguration configuration = new NeuralNetConfiguration.Builder()
                .seed(12345)
                .updater(updater)
                .list()
                .layer(new DenseLayer.Builder()
                        .nIn(Points.FEATURES)
                        .nOut(8)
                        .activation(Activation.TANH)
                        .build())
                .layer(new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(8)
                        .nOut(Points.CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build();
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        return network;
    }

    public static SparkComputationGraph onSpark(ComputationGraph graph, TrainingMaster<?, ?> master) {
        return new SparkComputationGraph(LocalSpark.context(), graph, master);
    }

    public static SparkDl4jMultiLayer onSpark(MultiLayerNetwork network, TrainingMaster<?, ?> master) {
        return new SparkDl4jMultiLayer(LocalSpark.context(), network, master);
    }

    private static List<Long> indices(long from, long to) {
        List<Long> points = new ArrayList<>();
        for (long i = from; i < to; i++) {
            points.add(i);
        }
        return points;
    }
}
