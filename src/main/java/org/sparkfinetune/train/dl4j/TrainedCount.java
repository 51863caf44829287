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

/** Counts the examples that the workers of DL4J's own master train, because the master does not report their number. */
final class TrainedCount implements TrainingHook {
    private static final long serialVersionUID = 1L;

    private final LongAccumulator examples;
    private final DoubleAccumulator lossSum;
    private final CollectionAccumulator<Integer> diverged;

    TrainedCount(SparkContext spark) {
        this.examples = spark.longAccumulator("examples trained by DL4J");
        this.lossSum = spark.doubleAccumulator("losses of examples trained by DL4J");
        this.diverged = spark.collectionAccumulator("workers that diverged");
    }

    /** Rows of the fitted minibatches; rows of repeated tasks may count twice. */
    long examples() {
        return examples.value();
    }

    /** Mean loss of the examples. */
    double loss() {
        return lossSum.value() / examples.value();
    }

    /** Lowest number of a worker whose loss was not finite. */
    Optional<Integer> firstDiverged() {
        return diverged.value().isEmpty() ? Optional.empty() : Optional.of(Collections.min(diverged.value()));
    }

    /** The epoch as a single round: the master does not report more. */
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
        // Examples are counted after the fit.
    }

    @Override
    public void preUpdate(DataSet minibatch, Model model) {
        // Graphs receive multi data sets.
    }

    @Override
    public void postUpdate(DataSet minibatch, Model model) {
        throw new IllegalStateException("graphs receive multi data sets");
    }
}
