package org.sparkfinetune.jobs.finetune.options;

import org.sparkfinetune.config.Key;
import org.sparkfinetune.zoo.network.HeadSpec;

/**
 * The new last layer: a linear map to one score per class, softmax, cross-entropy.
 *
 * @param hidden units of a dense ReLU layer before it, 0 for none
 * @param dropout fraction of the inputs of each new layer that is zeroed in training
 * @param l2 weight of the squared parameters in the loss
 * @param labelSmoothing fraction of the target that is spread over all classes
 * @param normalize whether the activations of a picture are first divided by their length; needs a higher learning rate
 */
public record HeadOptions(
        @Key(value = "Units of a dense layer before the last, 0 for none", defaultValue = "0", min = 0, max = 65536)
        int hidden,

        @Key(
                value = "Fraction of the inputs of the head that is zeroed in training",
                defaultValue = "0.0",
                min = 0,
                max = 0.95)
        double dropout,

        @Key(
                value = "Weight of the squared parameters of the head in the loss",
                defaultValue = "0.0001",
                min = 0,
                max = 10)
        double l2,

        @Key(value = "Fraction of the target that is spread over all classes", defaultValue = "0.0", min = 0, max = 0.5)
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
