package org.sparkfinetune.train.rates;

import java.io.Serializable;
import org.sparkfinetune.train.Score;

/**
 * The result of a short training.
 *
 * @param factor factor of the configured learning rates
 * @param loss mean training loss over the last quarter of its minibatches; not finite if it diverged
 * @param heldOut score of the trained tail on the held-out examples; null if there are none, or if it diverged
 */
public record RateTrial(double factor, double loss, Score heldOut) implements Serializable {
    /** Whether the loss stayed finite. */
    public boolean stable() {
        return Double.isFinite(loss);
    }

    /** The held-out loss if there is one, else the training loss; lower is better. */
    double score() {
        if (!stable()) {
            return Double.POSITIVE_INFINITY;
        }
        return heldOut == null ? loss : heldOut.loss();
    }
}
