package org.sparkfinetune.train;

import java.util.UUID;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import scala.Tuple2;

/**
 * Trains a tail by exact parameter averaging on Spark. Every example is trained exactly once an epoch, new parameters are
 * the average of the workers' weighted by the examples that each fitted, and the same plan and examples give the same
 * bits however the examples are partitioned and whichever tasks had to be run again.
 *
 * <p>Runs on the driver, for one thread. Holds one broadcast (the configuration) until it is closed; what a round or an
 * epoch needs is released when it is over.
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

    /**
     * @param tail the network to train: its configuration, updater included; its parameters are not used
     * @throws InvalidRequestException if the tail has no parameters
     */
    public AveragingTrainer(JavaSparkContext spark, ComputationGraph tail, TrainingPlan plan, Batcher<T> batcher) {
        this.spark = spark;
        this.plan = plan;
        this.batcher = batcher;
        this.layout = VectorLayout.of(tail);
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
            Tail tail = new Tail(runId, configuration, sent);
            Score score = TailScorer.score(examples, tail, plan.batchSizePerWorker(), batches);
            if (score.examples() == 0) {
                throw new BadDataException("validation", "there are no examples to score");
            }
            return score;
        } finally {
            sent.destroy();
        }
    }

    private TrainingState trainRound(
            RoundTask task, TrainingState before, JavaRDD<Tuple2<Long, T>> slices, EpochProgress progress) {
        progress.roundStarts();
        StateBroadcast sent = new StateBroadcast(spark, before);
        before.release();
        Tail tail = new Tail(runId, configuration, sent);
        try (Round round = new Round(slices, new Worker<>(task, tail, batcher), layout)) {
            AveragedVector averaged = new AveragedVector(layout);
            RoundOutcome outcome = round.run(averaged::put);
            progress.roundDone(task.round(), outcome);
            return averaged.state(before.iterations() + outcome.iterations(), before.epochs());
        } finally {
            sent.destroy();
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

    /** Releases the configuration on all executors. */
    @Override
    public void close() {
        configuration.destroy();
        TailPool.forget(runId);
    }
}
