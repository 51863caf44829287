package org.sparkfinetune.train.rates;

import java.io.Serializable;
import org.sparkfinetune.train.Score;

/**
 * How a short training went.
 *
 * @param factor of the configured learning rates
 * @param loss mean training loss over the last quarter of its minibatches; not finite when it diverged
 * @param heldOut how the trained tail does on the held-out examples; null when there are none, or when it diverged
 */
public record RateTrial(double factor, double loss, Score heldOut) implements Serializable {
    /** Whether its loss stayed finite. */
    public boolean stable() {
        return Double.isFinite(loss);
    }

    /** The lower the better: the held-out loss when there is one. */
    public double score() {
        if (!stable()) {
            return Double.POSITIVE_INFINITY;
        }
        return heldOut == null ? loss : heldOut.loss();
    }
}
