package org.sparkfinetune.jobs.finetune;

import org.sparkfinetune.config.Key;
import org.sparkfinetune.data.augment.Augmentation;
import org.sparkfinetune.jobs.finetune.options.HeadOptions;
import org.sparkfinetune.jobs.finetune.options.TrainingOptions;

/** The keys that a finetune recipe and an lr-find recipe have in common: which network is trained on what, and how. */
public record Tuning(
        @Key("Folder of the dataset, as the shard job made it")
        String dataset,

        @Key("Name of a card in model-zoo/, or path of a card ending in .yaml")
        String model,

        @Key(
                value = "Weights to start from; random is the baseline that shows the benefit of pretraining",
                defaultValue = "pretrained")
        StartWeights weights,

        @Key("Folder of the result: the report, and for finetune the model and its checkpoints")
        String output,

        @Key(
                value = "Last frozen layer, a freeze point of the model: it and all layers below it stay unchanged; or"
                        + " head (only the new head is trained), all-but-K (also the K freeze points below the"
                        + " head), none; training.stages have their own",
                defaultValue = "head")
        String freezeUpTo,

        @Key(value = "Seed of order, initial weights and dropout", defaultValue = "42")
        long seed,

        @Key(value = "The new last layer", defaultValue = "{}")
        HeadOptions head,

        @Key(value = "Random changes of the training pictures", defaultValue = "{}")
        Augmentation augmentation,

        @Key(value = "How the tail is trained", defaultValue = "{}")
        TrainingOptions training) {

    /** The weights that a network starts from. */
    enum StartWeights {
        PRETRAINED,
        RANDOM
    }
}
