package org.sparkfinetune.zoo.network;

import java.io.Serializable;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A new output layer: softmax over the classes, cross-entropy loss.
 *
 * @param classes number of classes, at least 2
 * @param hidden units of a dense ReLU layer before it, 0 for none
 * @param l2 weight decay of the weights of the head, not of its biases, 0 or more
 * @param dropout fraction of the inputs of each new layer that is dropped in training, 0 or more and below 1
 * @param labelSmoothing fraction of the target that is spread over all classes, 0 or more and below 1; it is part of
 *     the result of {@link #targets}, so a saved model needs no class of this project
 * @param normalize whether the activations of each example are divided by their Euclidean length below the head
 */
public record HeadSpec(int classes, int hidden, double l2, double dropout, double labelSmoothing, boolean normalize)
        implements Serializable {
    public HeadSpec {
        if (classes < 2) {
            throw new IllegalArgumentException("classes must be at least 2, found " + classes);
        }
        if (hidden < 0) {
            throw new IllegalArgumentException("hidden must be 0 or more, found " + hidden);
        }
        if (!(l2 >= 0 && l2 < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("l2 must be 0 or more, found " + l2);
        }
        requireShare("dropout", dropout);
        requireShare("labelSmoothing", labelSmoothing);
    }

    /** Returns a head without hidden layer, weight decay, dropout and label smoothing. */
    public static HeadSpec plain(int classes) {
        return new HeadSpec(classes, 0, 0, 0, 0, false);
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be 0 or more and below 1, found " + value);
        }
    }

    /**
     * Returns the targets of the training.
     *
     * @param labels class indices, 0 to classes - 1
     * @return targets [labels, classes], float32; each row sums to 1
     */
    public INDArray targets(int... labels) {
        float[][] rows = new float[labels.length][classes];
        for (int i = 0; i < labels.length; i++) {
            Arrays.fill(rows[i], (float) (labelSmoothing / classes));
            rows[i][labels[i]] = (float) (1 - labelSmoothing + labelSmoothing / classes);
        }
        return Nd4j.createFromArray(rows).castTo(DataType.FLOAT);
    }
}
