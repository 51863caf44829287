package org.sparkfinetune.train;

import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * Everything of a tail that training changes. With the configuration, the plan and the examples it decides all that
 * follows, so a checkpoint is this and nothing else.
 *
 * @param parameters flat, in DL4J's order
 * @param updaterState flat, in DL4J's order; empty for an updater without state
 * @param iterations parameter updates done, as Adam's bias correction and schedules count them
 * @param epochs whole epochs done
 * @param part what is done of the epoch after these
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

    /** Between two epochs. */
    public TrainingState(FlatVector parameters, FlatVector updaterState, int iterations, int epochs) {
        this(parameters, updaterState, iterations, epochs, EpochPart.NONE);
    }

    /** The same in the middle of an epoch. */
    public TrainingState with(EpochPart done) {
        return new TrainingState(parameters, updaterState, iterations, epochs, done);
    }

    /** A copy of what a graph holds now. */
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

    /** The same, as the beginning of a training that goes on where another one ended after so many epochs. */
    public TrainingState afterEpochs(int epochsBefore) {
        return new TrainingState(parameters, updaterState, iterations, epochsBefore);
    }

    /** Lets the floats go, to make room; counters stay. The state cannot be used, compared or written any more. */
    public void release() {
        parameters.release();
        updaterState.release();
    }

    /** Overwrites what a graph of the same configuration holds, counters included. */
    public void applyTo(ComputationGraph graph) {
        parameters.copyTo(graph.params());
        updaterState.copyTo(graph.updaterState());
        graph.getConfiguration().setIterationCount(iterations);
        graph.getConfiguration().setEpochCount(epochs);
    }
}
