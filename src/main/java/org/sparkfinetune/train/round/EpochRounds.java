package org.sparkfinetune.train.round;

import java.time.Duration;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.storage.JobDescription;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.WorkerReport;
import org.sparkfinetune.train.average.AveragedChunks;
import org.sparkfinetune.train.average.AveragedVector;
import org.sparkfinetune.train.blocks.LostBlockException;
import org.sparkfinetune.train.tail.SentState;
import org.sparkfinetune.train.tail.StateBroadcast;
import org.sparkfinetune.train.tail.Tail;

/**
 * The rounds of an epoch as the driver sees them. While the workers fit a round, it copies the averages of the one before and tells
 * the listener: it knows every state, and nobody waits for that. What executors lose is made again, from the last state it knows;
 * the same slices and parameters give the same bits.
 *
 * @param <T> an example
 */
final class EpochRounds<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EpochRounds.class);
    /** As often as Spark tries a task. */
    private static final int MOST_ATTEMPTS = 4;

    private final JavaSparkContext spark;
    private final EpochProgress progress;

    private TrainingState known;
    /** How the executors come by the state that is known; null before they need it. */
    private SentState sent;
    /** The round after the state that is known; null when there is none. */
    private Ended ended;

    private int attempts = 1;
    /** Not any more once something was lost: processes of one host may live in containers of their own. */
    private boolean shared;

    /** A round whose averages only executors have. @param took until then */
    private record Ended(RoundTask task, RoundOutcome outcome, AveragedChunks chunks, Duration took) {}

    /**
     * Makes rounds.
     *
     * @param <T> an example
     */
    interface Rounds<T> {
        /** @param shared whether driver and executors share the memory of one host */
        Round<T> of(int round, boolean shared);
    }

    /** Makes the tail of a state. */
    interface Tails {
        Tail of(SentState sent, int iterations, int epochs);
    }

    /**
     * @param shared whether driver and executors share the memory of one host
     * @param before the state to begin with, which is released
     * @param atHand the same on the executors, which is destroyed; null when they do not have it
     */
    EpochRounds(
            JavaSparkContext spark,
            EpochProgress progress,
            boolean shared,
            TrainingState before,
            AveragedChunks atHand) {
        this.spark = spark;
        this.progress = progress;
        this.known = before;
        this.sent = atHand;
        this.shared = shared;
    }

    /**
     * Trains what is left of the epoch.
     *
     * @param rounds by their numbers, 0-based
     * @param listener hears of each round
     * @return the state after the last
     */
    TrainingState train(Rounds<T> rounds, Tails tails, RoundListener listener) {
        try (JobDescription description = new JobDescription(spark)) {
            for (int round = next(); round < progress.rounds() || ended != null; round = next()) {
                try {
                    if (round == progress.rounds()) {
                        take(true, listener);
                    } else {
                        train(rounds.of(round, shared), tails, listener, description);
                    }
                } catch (LostBlockException e) {
                    goBack(e);
                }
            }
        }
        return known;
    }

    private int next() {
        return progress.part().rounds() + (ended == null ? 0 : 1);
    }

    private void train(Round<T> round, Tails tails, RoundListener listener, JobDescription description) {
        try (round) {
            RoundTask task = round.task();
            description.set(
                    "round %d of %d on %d workers"
                            .formatted(
                                    task.round() + 1,
                                    progress.rounds(),
                                    task.plan().workers()),
                    "epoch " + task.epoch());
            long started = System.nanoTime();
            if (ended == null) {
                send();
                round.start(tails.of(sent, known.iterations(), known.epochs()));
            } else {
                int iterations = known.iterations() + ended.outcome().iterations();
                round.start(tails.of(ended.chunks(), iterations, known.epochs()));
                take(false, listener);
            }
            List<WorkerAnswer> answers = round.fitted();
            List<WorkerReport> reports =
                    answers.stream().map(WorkerAnswer::report).toList();
            progress.fitted(task.round(), reports);
            Round.Averaged averaged = round.average(answers);
            ended = new Ended(task, new RoundOutcome(reports, averaged.spread()), averaged.chunks(), since(started));
        }
    }

    private void send() {
        if (sent == null) {
            sent = new StateBroadcast(spark, known);
            // The driver would hold them twice.
            known.release();
        }
    }

    /**
     * Copies the averages of the round that ended last, and tells the listener.
     *
     * @param waitedFor whether no round is being fitted meanwhile
     */
    private void take(boolean waitedFor, RoundListener listener) {
        long started = System.nanoTime();
        AveragedVector vector = new AveragedVector(ended.task().layout());
        ended.chunks().copyTo(vector);
        known.release();
        sent.destroy();
        Ended taken = ended;
        sent = taken.chunks();
        ended = null;
        attempts = 1;
        progress.roundDone(
                taken.task().round(), taken.outcome(), waitedFor ? taken.took().plus(since(started)) : taken.took());
        known = vector.state(known.iterations() + taken.outcome().iterations(), known.epochs())
                .with(progress.part());
        listener.roundDone(progress.latest(), known);
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private void goBack(LostBlockException lost) {
        if (attempts == MOST_ATTEMPTS) {
            throw new IllegalStateException(
                    "executors were lost in each of " + attempts + " attempts to train a round", lost);
        }
        attempts++;
        shared = false;
        LOG.warn(
                "Training goes on after round {}, for what followed is lost: {}",
                progress.part().rounds(),
                lost.getMessage());
        if (ended != null) {
            ended.chunks().destroy();
            ended = null;
        }
        if (sent instanceof AveragedChunks) {
            sent.destroy();
            sent = null;
        }
    }

    /** Hands over what the last round left on the executors; null if nothing was trained. */
    AveragedChunks keepChunks() {
        AveragedChunks chunks = sent instanceof AveragedChunks averaged ? averaged : null;
        sent = chunks == null ? sent : null;
        return chunks;
    }

    @Override
    public void close() {
        if (ended != null) {
            ended.chunks().destroy();
        }
        if (sent != null) {
            sent.destroy();
        }
    }
}
