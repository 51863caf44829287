package org.sparkfinetune.train.tail;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * The configured learning rates of a graph, to be multiplied by a factor for each minibatch. DL4J's updaters read their
 * rate from the changed objects at every step, so a change is cheap. {@code setLearningRate} of a graph would copy its
 * entire updater state.
 */
public final class LearningRates {
    /** The updater that the graph uses, and a copy of its configured form. */
    private record Rate(IUpdater used, IUpdater configured) {}

    private final ComputationGraph graph;
    private final List<Rate> rates = new ArrayList<>();

    /** @param graph graph that was built from its configuration and never scaled before */
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

    /** Sets the rate of every layer to the factor times its configured rate, including DL4J's own schedule. */
    public void scale(double factor) {
        int iteration = graph.getIterationCount();
        int epoch = graph.getEpochCount();
        for (Rate rate : rates) {
            rate.used().setLrAndSchedule(rate.configured().getLearningRate(iteration, epoch) * factor, null);
        }
    }
}
