package org.sparkfinetune.zoo;

/** How weights are stored in a downloaded archive. */
public enum WeightsFormat {
    /** A TensorFlow.js layers model in a .tgz: {@code model.json} and float32 shards beside it; arrays have Keras' names. */
    TFJS_LAYERS
}
