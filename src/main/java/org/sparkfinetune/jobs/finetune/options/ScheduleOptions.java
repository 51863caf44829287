package org.sparkfinetune.jobs.finetune.options;

import org.sparkfinetune.config.Key;
import org.sparkfinetune.train.LearningRateSchedule;
import org.sparkfinetune.train.RateCurve;

/**
 * The learning rate over a training, or over each of its stages. It depends on the number of examples seen, not of
 * rounds, so it is the same with any number of workers.
 */
public record ScheduleOptions(
        @Key(
                value = "Its shape: constant; step (times factor, every stepEpochs); cosine (falls to end); one-cycle"
                        + " (rises, then falls to end); reduce-on-plateau (times factor when the validation loss"
                        + " stays)",
                defaultValue = "constant")
        Kind kind,

        @Key(value = "Epochs of a linear rise at the beginning", defaultValue = "0", min = 0, max = 100000)
        double warmUpEpochs,

        @Key(value = "step: epochs between two steps", defaultValue = "10", min = 0.001, max = 100000)
        double stepEpochs,

        @Key(
                value = "step, reduce-on-plateau: what the rate is multiplied by",
                defaultValue = "0.1",
                min = 0.0001,
                max = 1)
        double factor,

        @Key(
                value = "reduce-on-plateau: epochs without a lower validation loss before a step",
                defaultValue = "3",
                min = 1,
                max = 100000)
        int patience,

        @Key(
                value = "one-cycle: fraction of the training in which the rate rises",
                defaultValue = "0.25",
                min = 0.001,
                max = 0.999)
        double rise,

        @Key(
                value = "cosine, one-cycle: rate at the end, as a fraction of learningRate",
                defaultValue = "0.001",
                min = 0,
                max = 1)
        double end) {
    /** Start of a warm-up and of a one-cycle, as a fraction of the learning rate. */
    private static final double START = 0.04;

    /** The shapes. */
    enum Kind {
        CONSTANT,
        STEP,
        COSINE,
        ONE_CYCLE,
        REDUCE_ON_PLATEAU
    }

    /** Whether the number of epochs changes the learning rates from the first epoch on. */
    public boolean dependsOnLength() {
        return kind == Kind.COSINE || kind == Kind.ONE_CYCLE;
    }

    /** Whether the learning rate may differ between two minibatches of an epoch. */
    boolean changesWithinEpoch() {
        boolean wholeSteps = kind == Kind.STEP && stepEpochs == Math.rint(stepEpochs);
        return warmUpEpochs > 0 || dependsOnLength() || kind == Kind.STEP && !wholeSteps;
    }

    /**
     * The schedule of a stage.
     *
     * @param epochsBefore number of epochs trained before the stage
     * @param epochs number of epochs of the stage
     * @param examples number of examples in an epoch
     * @param plateaus number of plateaus so far in the stage
     */
    public LearningRateSchedule of(int epochsBefore, int epochs, long examples, int plateaus) {
        long warmUp = Math.round(warmUpEpochs * examples);
        long rest = Math.max(1, epochs * examples - warmUp);
        RateCurve curve =
                switch (kind) {
                    case CONSTANT -> new RateCurve.Constant(1);
                    case STEP -> new RateCurve.Step(Math.max(1, Math.round(stepEpochs * examples)), factor);
                    case COSINE -> new RateCurve.Cosine(rest, end);
                    case ONE_CYCLE -> new RateCurve.OneCycle(rest, rise, START, end);
                    case REDUCE_ON_PLATEAU -> new RateCurve.Constant(StrictMath.pow(factor, plateaus));
                };
        RateCurve warmed = warmUp == 0 ? curve : new RateCurve.WarmUp(warmUp, START, curve);
        return new RateCurve.From(epochsBefore * examples, warmed);
    }
}
