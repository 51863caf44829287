package org.sparkfinetune.train.average;

import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.TrainingState;

/** Puts the averaged chunks of a round together again, in whatever order they come. */
public final class AveragedVector {
    private final VectorLayout layout;
    private final FlatVector parameters;
    private final FlatVector updaterState;

    public AveragedVector(VectorLayout layout) {
        this.layout = layout;
        this.parameters = new FlatVector(layout.parameters());
        this.updaterState = new FlatVector(layout.updaterState());
    }

    /** @param averages of a chunk, raw little-endian floats */
    void put(int chunk, FlatVector.Source averages) {
        layout.forEach(
                chunk,
                (inParameters, from, at, floats) ->
                        (inParameters ? parameters : updaterState).put(from, floats, averages));
    }

    public TrainingState state(int iterations, int epochs) {
        return new TrainingState(parameters, updaterState, iterations, epochs);
    }
}
