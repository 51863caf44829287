package org.sparkfinetune.train.round;

import java.time.Duration;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.storage.JobDescription;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.EpochTrainer.TrainedEpoch;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.RoundPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.WorkerReport;
import org.sparkfinetune.train.average.Answer;
import org.sparkfinetune.train.average.AveragedChunks;
import org.sparkfinetune.train.blocks.LostBlockException;
import org.sparkfinetune.train.blocks.SharedMemory;
import org.sparkfinetune.train.tail.SentState;
import org.sparkfinetune.train.tail.StateBroadcast;
import org.sparkfinetune.train.tail.TailConfiguration;

/**
 * Runs the rounds of one epoch from the driver. While the workers fit a round, the driver fetches the averages of the
 * round before and calls the listener: it knows the state after every round, and nobody waits for that. If executors
 * are lost, the rounds since the last known state are repeated; the same slices and parameters give the same bits.
 *
 * @param <T> an example
 */
final class EpochRounds<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EpochRounds.class);
    /** As for a Spark task. */
    private static final int MAX_ATTEMPTS = 4;

    private final JavaSparkContext spark;
    private final TailConfiguration configuration;
    private final EpochShuffle<T> shuffle;
    private final Batcher<T> batcher;
    private final RoundTask firstRound;

    private EpochProgress progress;
    private TrainingState known;
    /** The known state on the executors; null until they need it. */
    private SentState sent;
    /** The round after the known state; null if there is none. */
    private Ended ended;

    private int attempts = 1;
    /** False after a block was lost: processes of one host may run in separate containers. */
    private boolean shared;

    /** A round whose averages are only on the executors. */
    private record Ended(int round, List<WorkerReport> reports, Round.Averaged averaged, Duration took) {
        int iterations() {
            return reports.stream()
                    .mapToInt(report -> report.fit().iterations())
                    .max()
                    .orElse(0);
        }
    }

    /** @param firstRound round 0 of the epoch */
    EpochRounds(
            JavaSparkContext spark,
            TailConfiguration configuration,
            EpochShuffle<T> shuffle,
            Batcher<T> batcher,
            RoundTask firstRound) {
        this.spark = spark;
        this.configuration = configuration;
        this.shuffle = shuffle;
        this.batcher = batcher;
        this.firstRound = firstRound;
        // Vectors of all workers, and averages of two rounds.
        long bytes = (firstRound.plan().workers() + 2) * firstRound.layout().bytes();
        this.shared = SharedMemory.isEnough(spark.sc(), bytes);
    }

    /**
     * Trains the rest of the epoch. To be called once.
     *
     * @param before state to start from, which is released
     * @param onExecutors the same state on the executors, which is destroyed; null if they do not have it
     * @param listener called after each round
     */
    TrainedEpoch run(TrainingState before, AveragedChunks onExecutors, RoundListener listener) {
        known = before;
        sent = onExecutors;
        RoundPlan plan = firstRound.plan();
        progress =
                new EpochProgress(firstRound.epoch(), plan, firstRound.layout().bytes(), before.part());
        int rounds = plan.rounds();
        try (JobDescription description = new JobDescription(spark)) {
            for (int round = next(); round < rounds || ended != null; round = next()) {
                try {
                    if (round == rounds) {
                        fetchAverages(true, listener);
                    } else {
                        description.set(
                                "round %d of %d on %d workers".formatted(round + 1, rounds, plan.workers()),
                                "epoch " + firstRound.epoch());
                        runRound(firstRound.ofRound(round), listener);
                    }
                } catch (LostBlockException e) {
                    goBack(e);
                }
            }
        }
        TrainingState after =
                new TrainingState(known.parameters(), known.updaterState(), known.iterations(), firstRound.epoch());
        return new TrainedEpoch(after, progress.result());
    }

    private int next() {
        return progress.part().rounds() + (ended == null ? 0 : 1);
    }

    private void runRound(RoundTask task, RoundListener listener) {
        try (Round<T> round = new Round<>(spark, shuffle.round(task.round()), batcher, task, shared)) {
            long started = System.nanoTime();
            if (ended == null) {
                send();
                round.startFit(configuration.tail(sent, known.iterations(), known.epochs()));
            } else {
                int iterations = known.iterations() + ended.iterations();
                round.startFit(configuration.tail(ended.averaged().chunks(), iterations, known.epochs()));
                fetchAverages(false, listener);
            }
            List<Answer.Fitted> answers = round.awaitFit();
            List<WorkerReport> reports =
                    answers.stream().map(Answer.Fitted::report).toList();
            progress.check(task.round(), reports);
            ended = new Ended(task.round(), reports, round.average(answers), since(started));
        }
    }

    private void send() {
        if (sent == null) {
            sent = new StateBroadcast(spark, known);
            // Otherwise the driver would hold the state twice.
            known.release();
        }
    }

    /**
     * Fetches the averages of the last round, and calls the listener.
     *
     * @param waitedFor whether no round is being fitted meanwhile
     */
    private void fetchAverages(boolean waitedFor, RoundListener listener) {
        long started = System.nanoTime();
        Ended fetched = ended;
        TrainingState averages =
                fetched.averaged().chunks().fetch(known.iterations() + fetched.iterations(), known.epochs());
        known.release();
        sent.destroy();
        sent = fetched.averaged().chunks();
        ended = null;
        attempts = 1;
        Duration took = waitedFor ? fetched.took().plus(since(started)) : fetched.took();
        progress.roundDone(
                fetched.round(), fetched.reports(), fetched.averaged().spread(), took);
        known = averages.with(progress.part());
        listener.roundDone(progress.latest(), known);
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private void goBack(LostBlockException lost) {
        if (attempts == MAX_ATTEMPTS) {
            throw new IllegalStateException(
                    "executors were lost in each of " + attempts + " attempts to train a round", lost);
        }
        attempts++;
        shared = false;
        LOG.warn(
                "Training resumes after round {}, because later results were lost: {}",
                progress.part().rounds(),
                lost.getMessage());
        if (ended != null) {
            ended.averaged().chunks().destroy();
            ended = null;
        }
        if (sent instanceof AveragedChunks) {
            sent.destroy();
            sent = null;
        }
    }

    /** Passes the averages of the last round to the caller, to destroy them; null if nothing was trained. */
    AveragedChunks keepChunks() {
        AveragedChunks chunks = sent instanceof AveragedChunks averaged ? averaged : null;
        sent = chunks == null ? sent : null;
        return chunks;
    }

    @Override
    public void close() {
        if (ended != null) {
            ended.averaged().chunks().destroy();
        }
        if (sent != null) {
            sent.destroy();
        }
    }
}
