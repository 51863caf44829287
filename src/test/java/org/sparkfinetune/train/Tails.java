package org.sparkfinetune.train;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Small networks to train in tests: {@value Points#FEATURES} inputs, {@value Points#CLASSES} classes. */
public final class Tails {
    private Tails() {}

    /** One hidden layer of eight units. */
    public static ComputationGraph dense(IUpdater updater, Activation hidden) {
        return dense(updater, hidden, 1.0);
    }

    /** With dropout before the output layer. */
    public static ComputationGraph dense(IUpdater updater, Activation hidden, double keep) {
        return graph(builder(updater)
                .addLayer(
                        "hidden",
                        new DenseLayer.Builder()
                                .nIn(Points.FEATURES)
                                .nOut(8)
                                .activation(hidden)
                                .build(),
                        "in")
                .addLayer("out", output().dropOut(keep).build(), "hidden"));
    }

    /** Batch normalization between the hidden layer and the output. */
    public static ComputationGraph normalised(IUpdater updater, boolean logarithmic) {
        return graph(builder(updater)
                .addLayer(
                        "hidden",
                        new DenseLayer.Builder()
                                .nIn(Points.FEATURES)
                                .nOut(8)
                                .activation(Activation.RELU)
                                .build(),
                        "in")
                .addLayer(
                        "norm",
                        new BatchNormalization.Builder()
                                .nOut(8)
                                .useLogStd(logarithmic)
                                .build(),
                        "hidden")
                .addLayer("out", output().build(), "norm"));
    }

    private static ComputationGraphConfiguration.GraphBuilder builder(IUpdater updater) {
        return new NeuralNetConfiguration.Builder()
                .seed(12345)
                .updater(updater)
                .weightInit(WeightInit.XAVIER)
                .graphBuilder()
                .addInputs("in")
                .setOutputs("out");
    }

    private static OutputLayer.Builder output() {
        return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .nIn(8)
                .nOut(Points.CLASSES)
                .activation(Activation.SOFTMAX);
    }

    private static ComputationGraph graph(ComputationGraphConfiguration.GraphBuilder builder) {
        ComputationGraph graph = new ComputationGraph(builder.build());
        graph.init();
        return graph;
    }
}
