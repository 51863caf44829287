package org.sparkfinetune.jobs.finetune.options;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.zoo.network.Optimizer;

/**
 * How the tail is trained. One round takes {@code workers · batchSizePerWorker · averagingFrequency} examples; after it
 * the workers' parameters are averaged.
 */
public record TrainingOptions(
        @Key(
                value = "Passes over the training split; stages have their own",
                defaultValue = "30",
                min = 1,
                max = 100000)
        int epochs,

        @Key(value = "Examples in the minibatch of a worker", defaultValue = "16", min = 1, max = 65536)
        int batchSizePerWorker,

        @Key(
                value = "Minibatches that each worker fits between two averagings",
                defaultValue = "1",
                min = 1,
                max = 100000)
        int averagingFrequency,

        @Key(
                value = "Number of workers that train in parallel; decides the result: the same seed and workers give"
                        + " the same bits",
                defaultValue = "2",
                min = 1,
                max = 65536)
        int workers,

        @Key(
                value = "Implementation that averages: exact (every example once per epoch), or dl4j (Deeplearning4j's"
                        + " own master, for comparison: it leaves out examples that do not fill a round, and uses"
                        + " one learning rate per epoch)",
                defaultValue = "exact")
        TrainerKind trainer,

        @Key(value = "Step size of the optimizer for the head", defaultValue = "0.001", min = 0, max = 1e6)
        double learningRate,

        @Key(
                value = "Factor of the learning rate from one freeze point of the model to the next below",
                defaultValue = "1",
                min = 0,
                max = 1)
        double layerDecay,

        @Key(
                value = "Factors of the learning rate for single freeze points (or head), instead of layerDecay",
                defaultValue = "{}")
        Map<String, Double> learningRateFactors,

        @Key(value = "Learning rate over time", defaultValue = "{}")
        ScheduleOptions schedule,

        @Key(value = "Optimizer", defaultValue = "adam") Optimizer.Kind updater,

        @Key(value = "Momentum; for Adam, the decay of its first moment", defaultValue = "0.9", min = 0, max = 0.9999)
        double momentum,

        @Key(
                value = "Decay of all parameters towards zero: part of the gradient, with adamw decoupled from it",
                defaultValue = "0",
                min = 0,
                max = 10)
        double weightDecay,

        @Key(
                value = "Greatest length of the gradient of a layer, longer ones are scaled down; 0 for no limit",
                defaultValue = "0",
                min = 0,
                max = 1e6)
        double clipGradientNorm,

        @Key(
                value = "Weight of an example in the loss: dataset (as in dataset.json), none (all the same) or"
                        + " balanced (every class the same in sum)",
                defaultValue = "dataset")
        ClassWeightChoice classWeights,

        @Key(
                value = "Number of checkpoints kept besides the best; with 2 or more a damaged newest one is no loss",
                defaultValue = "2",
                min = 1,
                max = 100000)
        int keepCheckpoints,

        @Key(
                value = "Rounds between two checkpoints within an epoch; 0 for checkpoints only after epochs",
                defaultValue = "0",
                min = 0,
                max = 1e9)
        int checkpointEveryRounds,

        @Key(value = "When to stop before the last epoch", defaultValue = "{}")
        EarlyStopping earlyStopping,

        @Key(
                value = "Gradual unfreezing: several trainings, each deeper than the last, from the best epoch so far",
                defaultValue = "[]")
        List<StageOptions> stages) {

    public TrainingOptions {
        // Sorted: the order is part of the text of the recipe and therefore of its fingerprint.
        learningRateFactors = Collections.unmodifiableMap(new TreeMap<>(learningRateFactors));
        stages = List.copyOf(stages);
    }

    /** These options without the keys that do not change the result. */
    public TrainingOptions comparable() {
        return withEpochs(epochs);
    }

    /** As {@link #comparable}, with another number of epochs. */
    public TrainingOptions withEpochs(int otherEpochs) {
        return YamlFile.with(this, Map.of("epochs", otherEpochs, "keepCheckpoints", 2, "checkpointEveryRounds", 0));
    }

    /** How the examples of an epoch are assigned to workers. */
    public TrainingPlan plan(long seed) {
        return new TrainingPlan(seed, workers, batchSizePerWorker, averagingFrequency);
    }

    /** The optimizer of a stage. */
    public Optimizer optimizer(double stageLearningRate) {
        return new Optimizer(updater, stageLearningRate, momentum, weightDecay);
    }
}
