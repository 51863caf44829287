package org.sparkfinetune.jobs.finetune.options;

import org.sparkfinetune.config.Key;
import org.sparkfinetune.zoo.network.HeadSpec;

/**
 * The new last layer: a linear map to one score a class, softmax, cross-entropy.
 *
 * @param hidden units of a dense ReLU layer before it, 0 for none
 * @param dropout share of the inputs of each new layer that is zeroed while training
 * @param l2 weight of the squared weights in the loss
 * @param labelSmoothing share of the target spread over all classes
 * @param normalize whether a picture's activations are divided by their length first; wants a higher learning rate
 */
public record HeadOptions(
        @Key(value = "Units of a dense layer before the last, 0 for none", defaultValue = "0", min = 0, max = 65536)
        int hidden,

        @Key(value = "Share of the head's inputs zeroed while training", defaultValue = "0.0", min = 0, max = 0.95)
        double dropout,

        @Key(value = "Weight of the head's squared weights in the loss", defaultValue = "0.0001", min = 0, max = 10)
        double l2,

        @Key(value = "Share of the target spread over all classes", defaultValue = "0.0", min = 0, max = 0.5)
        double labelSmoothing,

        @Key(
                value = "Whether each picture's activations are scaled to length 1 before the head",
                defaultValue = "false")
        boolean normalize) {

    /** The head for a number of classes. */
    public HeadSpec spec(int classes) {
        return new HeadSpec(classes, hidden, l2, dropout, labelSmoothing, normalize);
    }
}
