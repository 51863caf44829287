package org.sparkfinetune.train;

import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * Everything of a tail that training changes. Together with the configuration, the plan and the examples it determines
 * the rest of the training, so it is all that a checkpoint needs.
 *
 * @param parameters flat parameters in DL4J's order
 * @param updaterState flat updater state in DL4J's order; empty for an updater without state
 * @param iterations number of parameter updates so far, as counted by Adam's bias correction and by schedules
 * @param epochs number of complete epochs so far
 * @param part finished part of the next epoch
 */
public record TrainingState(
        FlatVector parameters, FlatVector updaterState, int iterations, int epochs, EpochPart part) {
    public TrainingState {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(updaterState, "updaterState");
        Objects.requireNonNull(part, "part");
        if (iterations < 0 || epochs < 0) {
            throw new IllegalArgumentException("iterations " + iterations + " and epochs " + epochs + " must be >= 0");
        }
    }

    /** A state between two epochs. */
    public TrainingState(FlatVector parameters, FlatVector updaterState, int iterations, int epochs) {
        this(parameters, updaterState, iterations, epochs, EpochPart.NONE);
    }

    /** The same state within an epoch. */
    public TrainingState with(EpochPart done) {
        return new TrainingState(parameters, updaterState, iterations, epochs, done);
    }

    /** Copies the state of a graph. */
    public static TrainingState of(ComputationGraph graph) {
        DataType type = graph.params().dataType();
        if (type != DataType.FLOAT) {
            throw new InvalidRequestException(
                    "tail", "its parameters are " + type + "; only FLOAT networks can be trained");
        }
        return new TrainingState(
                FlatVector.of(graph.params()),
                FlatVector.of(graph.updaterState()),
                graph.getIterationCount(),
                graph.getEpochCount());
    }

    /** The same state as the start of a training that continues after the given number of epochs. */
    public TrainingState afterEpochs(int epochsBefore) {
        return new TrainingState(parameters, updaterState, iterations, epochsBefore);
    }

    /** Releases the floats; counters stay. Afterwards the state cannot be used, compared or written. */
    public void release() {
        parameters.release();
        updaterState.release();
    }

    /** Overwrites the state of a graph with the same configuration, including counters. */
    public void applyTo(ComputationGraph graph) {
        parameters.copyTo(graph.params());
        updaterState.copyTo(graph.updaterState());
        graph.getConfiguration().setIterationCount(iterations);
        graph.getConfiguration().setEpochCount(epochs);
    }
}
