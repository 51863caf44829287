package org.sparkfinetune.jobs.finetune.options;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.augment.Augmentation;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.EpochTrainer;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.dl4j.StockAveraging;
import org.sparkfinetune.train.round.AveragingTrainer;

/** The implementation that averages parameters. */
public enum TrainerKind {
    /** Our own: every example once per epoch, repeatable, can be resumed. */
    EXACT,
    /** The {@code ParameterAveragingTrainingMaster} of Deeplearning4j, for comparison. */
    DL4J;

    /** Makes a trainer of a tail; the caller closes it. */
    public <T> EpochTrainer<T> of(
            JavaSparkContext spark, ComputationGraph tail, TrainingPlan plan, Batcher<T> batcher) {
        return switch (this) {
            case EXACT -> new AveragingTrainer<>(spark, tail, plan, batcher);
            case DL4J -> new StockAveraging<>(spark, tail, plan, batcher);
        };
    }

    /** The requests of a recipe that this trainer cannot fulfil. */
    public List<Problem> problems(YamlFile file, TrainingOptions training, Augmentation augmentation) {
        List<Problem> problems = new ArrayList<>();
        if (this == DL4J && training.checkpointEveryRounds() > 0) {
            problems.add(new Problem(
                    file.place("training.checkpointEveryRounds"),
                    "is " + training.checkpointEveryRounds() + ", but trainer dl4j gives no parameters"
                            + " before the end of an epoch; set it to 0, or training.trainer to exact"));
        }
        if (this == DL4J && augmentation.mixes()) {
            problems.add(new Problem(
                    file.place("augmentation"),
                    "mixes pictures of a minibatch (mixup "
                            + augmentation.mixup() + ", cutmix "
                            + augmentation.cutmix() + "), but trainer dl4j gets its pictures one by one; set"
                            + " mixup and cutmix to 0, or training.trainer to exact"));
        }
        return problems;
    }

    /**
     * Warnings about this trainer, to be given before it trains.
     *
     * @param examples number of examples in an epoch
     * @return an empty list for the exact trainer
     */
    public List<String> warnings(TrainingPlan plan, TrainingOptions options, long examples) {
        List<String> warnings = new ArrayList<>();
        if (this == EXACT) {
            return warnings;
        }
        StockAveraging.warning(plan, examples).ifPresent(warnings::add);
        warnings.add(
                "trainer dl4j reads the examples again for every round (pictures that are not cached run through the"
                        + " frozen layers again), counts iterations from 0 in every round, and does"
                        + " not promise the same"
                        + " result twice; trainer exact does none of this");
        if (options.schedule().changesWithinEpoch()) {
            warnings.add("trainer dl4j keeps the learning rate of an epoch's beginning throughout the epoch;"
                    + " trainer exact follows training.schedule within it");
        }
        return warnings;
    }
}
