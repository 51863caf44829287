package org.sparkfinetune.train;

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
    void put(byte[] averages, int chunk) {
        int at = 0;
        for (Range range : layout.ranges(chunk)) {
            if (range.from() < layout.parameters()) {
                parameters.put(range.from(), averages, at, range.floats());
            } else {
                updaterState.put(range.from() - layout.parameters(), averages, at, range.floats());
            }
            at += range.floats() * FlatVector.BYTES;
        }
    }

    TrainingState state(int iterations, int epochs) {
        return new TrainingState(parameters, updaterState, iterations, epochs);
    }
}
