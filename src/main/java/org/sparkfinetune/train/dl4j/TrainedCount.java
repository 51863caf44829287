package org.sparkfinetune.train.dl4j;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.sparkfinetune.train.EpochResult;
import org.sparkfinetune.train.RoundProgress;

/** Counts in the workers of DL4J's own master what they really train, since the master does not tell. */
final class TrainedCount implements TrainingHook {
    private static final long serialVersionUID = 1L;

    private final LongAccumulator examples;
    private final DoubleAccumulator lossSum;
    private final CollectionAccumulator<Integer> diverged;

    TrainedCount(SparkContext spark) {
        this.examples = spark.longAccumulator("examples trained by DL4J");
        this.lossSum = spark.doubleAccumulator("their losses");
        this.diverged = spark.collectionAccumulator("workers that diverged");
    }

    /** Fitted minibatches' rows; those of tasks that were run again may count twice. */
    long examples() {
        return examples.value();
    }

    /** Mean over the examples. */
    double loss() {
        return lossSum.value() / examples.value();
    }

    /** The lowest of the workers whose loss was not finite. */
    Optional<Integer> firstDiverged() {
        return diverged.value().isEmpty() ? Optional.empty() : Optional.of(Collections.min(diverged.value()));
    }

    /** The whole epoch as one step: more the master does not tell. */
    RoundProgress progress(EpochResult epoch, long count) {
        return new RoundProgress(
                epoch.epoch(),
                epoch.rounds(),
                epoch.rounds(),
                epoch.loss(),
                epoch.examples(),
                count,
                Duration.ofNanos((long) (epoch.seconds() * 1e9)),
                0,
                List.of());
    }

    @Override
    public void postUpdate(MultiDataSet minibatch, Model model) {
        long rows = minibatch.getFeatures(0).size(0);
        examples.add(rows);
        lossSum.add(rows * model.score());
        if (!Double.isFinite(model.score())) {
            diverged.add(TaskContext.getPartitionId());
        }
    }

    @Override
    public void preUpdate(MultiDataSet minibatch, Model model) {
        // Only what was fitted counts.
    }

    @Override
    public void preUpdate(DataSet minibatch, Model model) {
        // Graphs are given multi data sets.
    }

    @Override
    public void postUpdate(DataSet minibatch, Model model) {
        throw new IllegalStateException("graphs are given multi data sets");
    }
}
