package org.sparkfinetune.jobs.finetune.options;

import org.sparkfinetune.config.Key;

/** Ends a training, or a stage of it, when it no longer improves. The best epoch is the result in any case. */
public record EarlyStopping(
        @Key(
                value = "Epochs without a lower validation loss after which the training ends; 0 for never",
                defaultValue = "0",
                min = 0,
                max = 100000)
        int patience,

        @Key(value = "By how much a loss must be lower to count", defaultValue = "0", min = 0, max = 1000)
        double improvement) {

    public boolean wanted() {
        return patience > 0;
    }
}
