package org.sparkfinetune.train.dl4j;

import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.sparkfinetune.train.TrainingState;

/** The network that a {@code fit} of one of DL4J's Spark wrappers trains. Lives on the driver. */
sealed interface FittedNetwork {
    JavaSparkContext spark();

    /** A graph with the configuration, parameters, updater state and counters of the network. */
    ComputationGraph trained();

    BackpropType backpropType();

    /** The network that listeners receive. */
    Model model();

    /** Overwrites parameters, updater state and counters. */
    void accept(TrainingState state);

    /** Sets the score of network and wrapper. */
    void score(double score);

    /** The network of a {@link SparkComputationGraph}. */
    record Graph(SparkComputationGraph wrapper) implements FittedNetwork {
        @Override
        public JavaSparkContext spark() {
            return wrapper.getSparkContext();
        }

        @Override
        public ComputationGraph trained() {
            return wrapper.getNetwork();
        }

        @Override
        public BackpropType backpropType() {
            return trained().getConfiguration().getBackpropType();
        }

        @Override
        public Model model() {
            return trained();
        }

        @Override
        public void accept(TrainingState state) {
            state.applyTo(trained());
        }

        @Override
        public void score(double score) {
            wrapper.setScore(score);
            trained().setScore(score);
        }
    }

    /**
     * The network of a {@link SparkDl4jMultiLayer}, trained as a graph with the same order of parameters and updater
     * state.
     *
     * @param trained graph made from the network
     */
    record Layers(SparkDl4jMultiLayer wrapper, ComputationGraph trained) implements FittedNetwork {
        Layers(SparkDl4jMultiLayer wrapper) {
            this(wrapper, graphOf(wrapper));
        }

        private static ComputationGraph graphOf(SparkDl4jMultiLayer wrapper) {
            ComputationGraph graph = wrapper.getNetwork().toComputationGraph();
            graph.getConfiguration().setIterationCount(wrapper.getNetwork().getIterationCount());
            graph.getConfiguration().setEpochCount(wrapper.getNetwork().getEpochCount());
            return graph;
        }

        @Override
        public JavaSparkContext spark() {
            return wrapper.getSparkContext();
        }

        @Override
        public BackpropType backpropType() {
            return wrapper.getNetwork().getLayerWiseConfigurations().getBackpropType();
        }

        @Override
        public Model model() {
            return wrapper.getNetwork();
        }

        @Override
        public void accept(TrainingState state) {
            state.parameters().copyTo(wrapper.getNetwork().params());
            state.updaterState().copyTo(wrapper.getNetwork().getUpdater().getStateViewArray());
            wrapper.getNetwork().getLayerWiseConfigurations().setIterationCount(state.iterations());
            wrapper.getNetwork().getLayerWiseConfigurations().setEpochCount(state.epochs());
        }

        @Override
        public void score(double score) {
            wrapper.setScore(score);
            wrapper.getNetwork().setScore(score);
        }
    }
}
