package org.sparkfinetune.train.round;

import java.util.UUID;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.storage.JobDescription;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.EpochTrainer;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.LearningRateSchedule;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.RoundPlan;
import org.sparkfinetune.train.Score;
import org.sparkfinetune.train.TrainedEpoch;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.average.AveragedChunks;
import org.sparkfinetune.train.average.VectorLayout;
import org.sparkfinetune.train.blocks.SharedMemory;
import org.sparkfinetune.train.tail.StateBroadcast;
import org.sparkfinetune.train.tail.Tail;
import org.sparkfinetune.train.tail.TailPool;
import org.sparkfinetune.train.tail.TailScorer;

/**
 * Trains a tail by exact parameter averaging on Spark. Every example is trained exactly once an epoch, new parameters are
 * the average of the workers' weighted by the examples that each fitted, and the same plan and examples give the same
 * bits however the examples are partitioned and whichever tasks had to be run again.
 *
 * <p>Runs on the driver, for one thread. Holds one broadcast (the configuration) and the averages of the last round
 * until it is closed; what else a round or an epoch needs is released when it is over.
 *
 * @param <T> an example as it travels through Spark
 */
public final class AveragingTrainer<T> implements EpochTrainer<T> {
    private final JavaSparkContext spark;
    private final TrainingPlan plan;
    private final Batcher<T> batcher;
    private final VectorLayout layout;
    private final String runId = UUID.randomUUID().toString();
    private final Broadcast<String> configuration;
    /** What the last epoch left on the executors; null before the first. */
    private Latest latest;

    /** @param parameters of the state, the very object, by which it is known again */
    private record Latest(FlatVector parameters, AveragedChunks chunks) {}

    /**
     * @param tail the network to train: its configuration, updater included; its parameters are not used
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
        this.configuration = spark.broadcast(tail.getConfiguration().toJson());
    }

    /** {@inheritDoc} Examples are read once. While the workers fit a round, the listener hears of the one before. */
    @Override
    public TrainedEpoch trainEpoch(
            TrainingState before,
            JavaPairRDD<Long, T> examples,
            long count,
            LearningRateSchedule schedule,
            RoundListener listener) {
        requireFits(before);
        int epoch = before.epochs() + 1;
        RoundPlan dealt = plan.rounds(count);
        EpochProgress progress = new EpochProgress(epoch, dealt, layout.bytes(), before.part());
        // Pieces of all workers, and averages of two rounds.
        boolean shared = SharedMemory.isEnough(spark.sc(), (plan.workers() + 2) * layout.bytes());
        try (EpochShuffle<T> shuffle = new EpochShuffle<>(examples, dealt, plan.seed(), epoch);
                EpochRounds<T> rounds = new EpochRounds<>(spark, progress, shared, before, takeLatest(before))) {
            TrainingState state = rounds.train(
                    (round, inMemory) -> new Round<>(
                            spark,
                            shuffle.round(round),
                            batcher,
                            new RoundTask(dealt, layout, plan.seed(), epoch, round, schedule),
                            inMemory),
                    (sent, iterations, epochs) -> new Tail(runId, configuration, sent, iterations, epochs),
                    listener);
            TrainingState after =
                    new TrainingState(state.parameters(), state.updaterState(), state.iterations(), epoch);
            TrainedEpoch trained = new TrainedEpoch(after, progress.result());
            latest = new Latest(after.parameters(), rounds.keepChunks());
            return trained;
        }
    }

    /** What the executors have of a state, which is no longer ours; null if it is not the one that they have. */
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
            Tail tail = new Tail(runId, configuration, sent, state);
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
        configuration.destroy();
        TailPool.forget(runId);
    }
}
