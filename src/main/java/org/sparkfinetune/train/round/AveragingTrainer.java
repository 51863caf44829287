package org.sparkfinetune.train.round;

import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.storage.JobDescription;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.EpochTrainer;
import org.sparkfinetune.train.EpochTrainer.TrainedEpoch;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.LearningRateSchedule;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.RoundPlan;
import org.sparkfinetune.train.Score;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.average.AveragedChunks;
import org.sparkfinetune.train.average.VectorLayout;
import org.sparkfinetune.train.tail.StateBroadcast;
import org.sparkfinetune.train.tail.Tail;
import org.sparkfinetune.train.tail.TailConfiguration;
import org.sparkfinetune.train.tail.TailScorer;

/**
 * Trains a tail by exact parameter averaging on Spark. Every example is used exactly once per epoch. New parameters are
 * the average of the workers' parameters, weighted by the number of examples that each worker fitted. The same plan and
 * examples give the same bits, independent of the partitioning of the examples and of repeated tasks.
 *
 * <pre>{@code
 * try (AveragingTrainer<T> trainer = new AveragingTrainer<>(spark, tail, plan, batcher)) {
 *     TrainedEpoch trained = trainer.trainEpoch(TrainingState.of(tail), examples, count, RoundListener.SILENT);
 *     trained.state().applyTo(tail);
 * }
 * }</pre>
 *
 * <p>Runs on the driver; for one thread. Holds one broadcast (the configuration) and the averages of the last round
 * until it is closed. Everything else is released at the end of each round or epoch.
 *
 * @param <T> an example as it travels through Spark
 */
public final class AveragingTrainer<T> implements EpochTrainer<T> {
    private final JavaSparkContext spark;
    private final TrainingPlan plan;
    private final Batcher<T> batcher;
    private final VectorLayout layout;
    private final TailConfiguration configuration;
    /** State after the last epoch, on the executors; null before the first epoch. */
    private Latest latest;

    /** @param parameters parameters of the state, by whose identity it is recognized */
    private record Latest(FlatVector parameters, AveragedChunks chunks) {}

    /**
     * @param tail network to train: its configuration, including the updater; its parameters are not used
     * @throws InvalidRequestException if the tail has no parameters
     */
    public AveragingTrainer(JavaSparkContext spark, ComputationGraph tail, TrainingPlan plan, Batcher<T> batcher) {
        this.spark = spark;
        this.plan = plan;
        this.batcher = batcher;
        this.layout = VectorLayout.of(tail, plan.workers());
        if (layout.parameters() == 0) {
            throw new InvalidRequestException("tail", "has no trainable parameters; freeze less of the model");
        }
        this.configuration = TailConfiguration.send(spark, tail);
    }

    /** {@inheritDoc} Examples are read once. The listener is called for a round while the workers fit the next one. */
    @Override
    public TrainedEpoch trainEpoch(
            TrainingState before,
            JavaPairRDD<Long, T> examples,
            long count,
            LearningRateSchedule schedule,
            RoundListener listener) {
        requireFits(before);
        int epoch = before.epochs() + 1;
        RoundPlan rounds = new RoundPlan(count, plan);
        RoundTask firstRound = new RoundTask(rounds, layout, epoch, 0, schedule);
        try (EpochShuffle<T> shuffle = new EpochShuffle<>(examples, rounds, epoch);
                EpochRounds<T> training = new EpochRounds<>(spark, configuration, shuffle, batcher, firstRound)) {
            TrainedEpoch trained = training.run(before, takeLatest(before), listener);
            latest = new Latest(trained.state().parameters(), training.keepChunks());
            return trained;
        }
    }

    /** Returns a state as the executors have it, and forgets it; null if they have another one or none. */
    private AveragedChunks takeLatest(TrainingState state) {
        AveragedChunks same = latest != null && latest.parameters() == state.parameters() ? latest.chunks() : null;
        if (same == null) {
            forgetLatest();
        }
        latest = null;
        return same;
    }

    @Override
    public Score score(TrainingState state, JavaRDD<T> examples) {
        return score(state, examples, batcher);
    }

    @Override
    public <S> Score score(TrainingState state, JavaRDD<S> examples, Batcher<S> batches) {
        requireFits(state);
        StateBroadcast sent = new StateBroadcast(spark, state);
        try (JobDescription description = new JobDescription(spark)) {
            description.set("score on held-out examples", "after epoch " + state.epochs());
            Tail tail = configuration.tail(sent, state.iterations(), state.epochs());
            Score score = TailScorer.score(examples, tail, plan.batchSizePerWorker(), batches);
            if (score.examples() == 0) {
                throw new BadDataException("validation", "there are no examples to score");
            }
            return score;
        } finally {
            sent.destroy();
        }
    }

    private void forgetLatest() {
        if (latest != null && latest.chunks() != null) {
            latest.chunks().destroy();
        }
        latest = null;
    }

    private void requireFits(TrainingState state) {
        if (state.parameters().length() != layout.parameters()
                || state.updaterState().length() != layout.updaterState()) {
            throw new IllegalArgumentException(
                    "a state of " + state.parameters().length() + " parameters and "
                            + state.updaterState().length() + " floats of updater state does not fit a tail of "
                            + layout.parameters() + " and " + layout.updaterState());
        }
    }

    /** Releases the configuration and the last averages on all executors. */
    @Override
    public void close() {
        forgetLatest();
        configuration.close();
    }
}
