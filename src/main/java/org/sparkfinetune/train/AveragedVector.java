package org.sparkfinetune.train;

import java.nio.ByteBuffer;

/** Puts the averaged chunks of a round together again, in whatever order they come. */
final class AveragedVector {
    private final VectorLayout layout;
    private final FlatVector parameters;
    private final FlatVector updaterState;

    AveragedVector(VectorLayout layout) {
        this.layout = layout;
        this.parameters = new FlatVector(layout.parameters());
        this.updaterState = new FlatVector(layout.updaterState());
    }

    /**
     * @param averages raw little-endian floats of the chunk
     */
    void put(ByteBuffer averages, int chunk) {
        layout.forEach(chunk, (inParameters, from, at, floats) -> (inParameters ? parameters : updaterState)
                .put(from, averages.slice(at, floats * FlatVector.BYTES)));
    }

    TrainingState state(int iterations, int epochs) {
        return new TrainingState(parameters, updaterState, iterations, epochs);
    }
}
