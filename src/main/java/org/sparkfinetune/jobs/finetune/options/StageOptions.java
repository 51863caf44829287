package org.sparkfinetune.jobs.finetune.options;

import org.sparkfinetune.config.Key;

/** The keys of one stage of gradual unfreezing. */
public record StageOptions(
        @Key("Last frozen layer of the stage, head, none or all-but-K; not above that of the stage before")
        String freezeUpTo,

        @Key(value = "Passes over the training split", min = 1, max = 100000)
        int epochs,

        @Key(value = "Step size for the head; 0 for training.learningRate", defaultValue = "0", min = 0, max = 1e6)
        double learningRate,

        @Key(
                value = "training.layerDecay for this stage; 0 for training.layerDecay",
                defaultValue = "0",
                min = 0,
                max = 1)
        double layerDecay) {}
