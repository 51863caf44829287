package org.sparkfinetune.jobs.finetune.options;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.zoo.network.Optimizer;

/**
 * How the tail is trained. One round takes {@code workers · batchSizePerWorker · averagingFrequency} examples; after it the
 * workers' parameters are averaged.
 */
public record TrainingOptions(
        @Key(
                value = "Passes over the training split; stages have their own",
                defaultValue = "30",
                min = 1,
                max = 100000)
        int epochs,

        @Key(value = "Examples in a worker's minibatch", defaultValue = "16", min = 1, max = 65536)
        int batchSizePerWorker,

        @Key(value = "Minibatches a worker fits between two averagings", defaultValue = "1", min = 1, max = 100000)
        int averagingFrequency,

        @Key(
                value =
                        "Parts trained side by side; part of the result's identity: the same seed and workers give the same bits",
                defaultValue = "2",
                min = 1,
                max = 65536)
        int workers,

        @Key(
                value =
                        "Who averages: exact (every example once an epoch), or dl4j (Deeplearning4j's own master, to compare with:"
                                + " it leaves out what does not fill a round, and takes a learning rate an epoch)",
                defaultValue = "exact")
        TrainerKind trainer,

        @Key(value = "Step size of the optimiser, for the head", defaultValue = "0.001", min = 0, max = 1e6)
        double learningRate,

        @Key(
                value =
                        "By what the learning rate shrinks from one rung of the model's freeze points to the next below",
                defaultValue = "1",
                min = 0,
                max = 1)
        double layerDecay,

        @Key(
                value =
                        "Rungs with a factor of their own, freeze point (or head) to what its learning rate is multiplied by",
                defaultValue = "{}")
        Map<String, Double> learningRateFactors,

        @Key(value = "Learning rate over time", defaultValue = "{}")
        ScheduleOptions schedule,

        @Key(value = "Optimiser", defaultValue = "adam") Optimizer.Kind updater,

        @Key(value = "Momentum; of Adam, the decay of its first moment", defaultValue = "0.9", min = 0, max = 0.9999)
        double momentum,

        @Key(
                value = "Pull of all weights to zero: part of the gradient, with adamw decoupled from it",
                defaultValue = "0",
                min = 0,
                max = 10)
        double weightDecay,

        @Key(
                value = "Greatest length of a layer's gradient, longer ones are scaled down; 0 for no limit",
                defaultValue = "0",
                min = 0,
                max = 1e6)
        double clipGradientNorm,

        @Key(
                value =
                        "What an example counts: dataset (as its dataset.json says), none (all the same) or balanced (every class"
                                + " the same in sum)",
                defaultValue = "dataset")
        ClassWeights classWeights,

        @Key(
                value = "Checkpoints that are kept beside the best; 2 and more survive damage of the newest",
                defaultValue = "2",
                min = 1,
                max = 100000)
        int keepCheckpoints,

        @Key(
                value = "Rounds between two checkpoints inside an epoch; 0 for one after each epoch only",
                defaultValue = "0",
                min = 0,
                max = 1e9)
        int checkpointEveryRounds,

        @Key(value = "When to end before the last epoch", defaultValue = "{}")
        EarlyStopping earlyStopping,

        @Key(
                value = "Gradual unfreezing: trainings one after the other, each deeper, from the best epoch so far",
                defaultValue = "[]")
        List<StageOptions> stages) {

    public TrainingOptions {
        // Sorted: the order is part of the recipe's text, and so of its fingerprint.
        learningRateFactors = Collections.unmodifiableMap(new TreeMap<>(learningRateFactors));
        stages = List.copyOf(stages);
    }

    /** The same training as far as its result goes. */
    public TrainingOptions comparable() {
        return withEpochs(epochs);
    }

    /** As {@link #comparable}, with another number of epochs. */
    public TrainingOptions withEpochs(int otherEpochs) {
        return new TrainingOptions(
                otherEpochs,
                batchSizePerWorker,
                averagingFrequency,
                workers,
                trainer,
                learningRate,
                layerDecay,
                learningRateFactors,
                schedule,
                updater,
                momentum,
                weightDecay,
                clipGradientNorm,
                classWeights,
                2,
                0,
                earlyStopping,
                stages);
    }

    /** How epochs are dealt to workers. */
    public TrainingPlan plan(long seed) {
        return new TrainingPlan(seed, workers, batchSizePerWorker, averagingFrequency);
    }

    /** The optimiser of a stage. */
    public Optimizer optimizer(double stageLearningRate) {
        return new Optimizer(updater, stageLearningRate, momentum, weightDecay);
    }
}
