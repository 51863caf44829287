package org.sparkfinetune.zoo.card;

/** How weights are stored in the file that a {@link WeightsSource} gives. */
public enum WeightsFormat {
    /** A TensorFlow.js layers model in a .tgz: {@code model.json} and float32 shards beside it; arrays have Keras' names. */
    TFJS_LAYERS,
    /** HDF5 as Keras 1 and 2 write it, weights only or a whole model; channels last. */
    KERAS_H5,
    /** What Deeplearning4j's {@code ModelSerializer} writes: a zip of {@code configuration.json} and {@code coefficients.bin}. */
    DL4J_ZIP
}
