package org.sparkfinetune.train;

import java.util.List;
import java.util.UUID;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

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
    private static final Logger LOG = LoggerFactory.getLogger(AveragingTrainer.class);
    /** As often as Spark tries a task. */
    private static final int MOST_ATTEMPTS = 4;

    private final JavaSparkContext spark;
    private final TrainingPlan plan;
    private final Batcher<T> batcher;
    private final VectorLayout layout;
    private final String runId = UUID.randomUUID().toString();
    private final Broadcast<String> configuration;
    /** What the last round left on the executors; null before the first. */
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

    /** {@inheritDoc} Examples are read once. */
    @Override
    public TrainedEpoch trainEpoch(
            TrainingState before,
            JavaPairRDD<Long, T> examples,
            long count,
            LearningRateSchedule schedule,
            RoundListener listener) {
        requireFits(before);
        int epoch = before.epochs() + 1;
        EpochProgress progress = new EpochProgress(epoch, plan.rounds(count), layout.bytes(), before.part());
        TrainingState state = before;
        try (JobDescription description = new JobDescription(spark);
                EpochShuffle<T> shuffle = new EpochShuffle<>(examples, plan.rounds(count), plan.seed(), epoch)) {
            for (int round = before.part().rounds(); round < progress.rounds(); round++) {
                description.set(
                        "round %d of %d on %d workers".formatted(round + 1, progress.rounds(), plan.workers()),
                        "epoch " + epoch);
                RoundTask task = new RoundTask(plan.rounds(count), layout, plan.seed(), epoch, round, schedule);
                state = trainRound(task, state, shuffle.round(round), progress).with(progress.part());
                listener.roundDone(progress.latest(), state);
            }
        }
        TrainingState after = new TrainingState(state.parameters(), state.updaterState(), state.iterations(), epoch);
        return new TrainedEpoch(after, progress.result());
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

    /** Fits the round again when an executor is lost with what lay on it: the same slices and parameters give the same bits. */
    private TrainingState trainRound(
            RoundTask task, TrainingState before, JavaRDD<Tuple2<Long, T>> slices, EpochProgress progress) {
        progress.roundStarts();
        SentState sent = latest == null || latest.parameters() != before.parameters() ? send(before) : latest.chunks();
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return tryRound(task, new Tail(runId, configuration, sent, before), slices, progress);
                } catch (LostBlockException e) {
                    if (attempt == MOST_ATTEMPTS) {
                        throw new IllegalStateException(
                                "executors were lost in each of " + attempt + " attempts at a round", e);
                    }
                    LOG.warn("Round {} of epoch {} is fitted again: {}", task.round() + 1, task.epoch(), e.getMessage());
                    if (sent instanceof AveragedChunks) {
                        forgetLatest();
                        sent = send(before);
                    }
                }
            }
        } finally {
            before.release();
            if (sent instanceof StateBroadcast) {
                sent.destroy();
            }
        }
    }

    private TrainingState tryRound(
            RoundTask task, Tail tail, JavaRDD<Tuple2<Long, T>> slices, EpochProgress progress) {
        try (Round round = new Round(spark, layout, plan.workers())) {
            List<WorkerAnswer> answers = round.fit(slices, new Worker<>(task, tail, batcher, round.blocks()));
            List<WorkerReport> reports =
                    answers.stream().map(WorkerAnswer::report).toList();
            progress.fitted(task.round(), reports);
            ChunkSpread spread = round.average(answers);
            AveragedVector vector = new AveragedVector(layout);
            round.averages().copyTo(vector);
            RoundOutcome outcome = new RoundOutcome(reports, spread);
            TrainingState after = vector.state(tail.iterations() + outcome.iterations(), tail.epochs());
            forgetLatest();
            latest = new Latest(after.parameters(), round.keepAverages());
            progress.roundDone(task.round(), outcome);
            return after;
        }
    }

    /** Hands a state to Spark, and lets its floats go: the driver would hold them twice. */
    private StateBroadcast send(TrainingState state) {
        StateBroadcast sent = new StateBroadcast(spark, state);
        state.release();
        return sent;
    }

    private void forgetLatest() {
        if (latest != null) {
            latest.chunks().destroy();
            latest = null;
        }
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
