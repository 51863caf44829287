package org.sparkfinetune.train.tail;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * The learning rates of a graph as it was configured, and how they are multiplied for a minibatch. DL4J's updaters look
 * their rate up in these objects at every step, so a change costs nothing: {@code setLearningRate} of a graph would copy
 * its whole updater state.
 */
public final class LearningRates {
    /** The object that a graph uses, and a copy of how it was. */
    private record Rate(IUpdater used, IUpdater configured) {}

    private final ComputationGraph graph;
    private final List<Rate> rates = new ArrayList<>();

    /** @param graph built from its configuration and never scaled before */
    LearningRates(ComputationGraph graph) {
        this.graph = graph;
        for (UpdaterBlock block : graph.getUpdater().getUpdaterBlocks()) {
            IUpdater updater = block.getGradientUpdater().getConfig();
            boolean known = rates.stream().anyMatch(rate -> rate.used() == updater);
            if (updater.hasLearningRate() && !known) {
                rates.add(new Rate(updater, updater.clone()));
            }
        }
    }

    /** From now on every layer trains at its configured rate, DL4J's own schedule included, times the factor. */
    public void scale(double factor) {
        int iteration = graph.getIterationCount();
        int epoch = graph.getEpochCount();
        for (Rate rate : rates) {
            rate.used().setLrAndSchedule(rate.configured().getLearningRate(iteration, epoch) * factor, null);
        }
    }
}
