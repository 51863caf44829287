package org.sparkfinetune.train.round;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.DivergedException;
import org.sparkfinetune.train.EpochPart;
import org.sparkfinetune.train.EpochResult;
import org.sparkfinetune.train.EpochSlice;
import org.sparkfinetune.train.RoundPlan;
import org.sparkfinetune.train.RoundProgress;
import org.sparkfinetune.train.SliceFit;
import org.sparkfinetune.train.WorkerReport;
import org.sparkfinetune.train.average.ChunkSpread;

/** Sums up the rounds of an epoch on the driver, and checks the reports of the workers. */
final class EpochProgress {
    private final int epoch;
    private final RoundPlan plan;
    private final long expectedBytes;
    private final long startedNanos = System.nanoTime();

    private int rounds;
    private long examples;
    private double lossSum;
    private long hits;
    private RoundProgress latest;
    private Duration laterRounds = Duration.ZERO;
    private Duration averaging = Duration.ZERO;
    /** Distinct {@link SliceFit#layerByLayer()} of the workers. */
    private final Set<String> layerByLayer = new TreeSet<>();

    /**
     * @param epoch number of the epoch, 1-based
     * @param expectedBytes bytes that each worker with examples sends in a round
     * @param done finished part of the epoch
     */
    EpochProgress(int epoch, RoundPlan plan, long expectedBytes, EpochPart done) {
        this.epoch = epoch;
        this.plan = plan;
        this.expectedBytes = expectedBytes;
        this.rounds = done.rounds();
        this.examples = done.examples();
        this.lossSum = done.lossSum();
        this.hits = done.hits();
    }

    /**
     * Checks that the vectors of a round can be averaged.
     *
     * @param round number of the round, 0-based
     * @param reports reports of all workers
     * @throws DivergedException if a worker's loss or parameters are not finite
     * @throws BadDataException if the examples are not those of the slices
     */
    void check(int round, List<WorkerReport> reports) {
        reports.forEach(report -> check(round, report));
        if (reports.size() != plan.workers()) {
            throw new IllegalStateException("round " + (round + 1) + " of epoch " + epoch + " has " + reports.size()
                    + " reports of " + plan.workers() + " workers");
        }
    }

    /**
     * Adds a round.
     *
     * @param round number of the round, 0-based
     * @param reports reports of all workers, already checked
     * @param spread spread of the workers
     * @param took time until the next round could begin
     */
    void roundDone(int round, List<WorkerReport> reports, ChunkSpread spread, Duration took) {
        long roundExamples =
                reports.stream().mapToLong(report -> report.fit().examples()).sum();
        double roundLoss =
                reports.stream().mapToDouble(report -> report.fit().lossSum()).sum();
        rounds++;
        examples += roundExamples;
        lossSum += roundLoss;
        hits += reports.stream().mapToLong(report -> report.fit().hits()).sum();
        reports.stream()
                .map(WorkerReport::fit)
                .filter(fit -> fit.examples() > 0)
                .forEach(fit -> layerByLayer.add(fit.layerByLayer()));
        boolean readsExamples = latest == null;
        latest = new RoundProgress(
                epoch,
                round + 1,
                plan.rounds(),
                roundLoss / roundExamples,
                examples,
                plan.examples(),
                took,
                spread.relative(),
                reports);
        if (!readsExamples) {
            laterRounds = laterRounds.plus(latest.took());
            averaging = averaging.plus(latest.averaging());
        }
    }

    RoundProgress latest() {
        return latest;
    }

    /** The finished part of the epoch. */
    EpochPart part() {
        return new EpochPart(rounds, examples, lossSum, hits);
    }

    EpochResult result() {
        if (examples != plan.examples()) {
            throw new IllegalStateException(
                    "epoch " + epoch + " trained " + examples + " of " + plan.examples() + " examples");
        }
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        double averagingShare = laterRounds.isZero() ? 0 : (double) averaging.toNanos() / laterRounds.toNanos();
        return new EpochResult(
                epoch,
                examples,
                plan.rounds(),
                lossSum / examples,
                (double) hits / examples,
                seconds,
                expectedBytes,
                averagingShare,
                layerByLayer());
    }

    private String layerByLayer() {
        String why = layerByLayer.stream().filter(reason -> !reason.isEmpty()).collect(Collectors.joining("; "));
        return layerByLayer.contains("") && !why.isEmpty() ? "on some workers: " + why : why;
    }

    private void check(int round, WorkerReport report) {
        SliceFit fit = report.fit();
        switch (fit.end()) {
            case DIVERGED -> throw new DivergedException(epoch, round + 1, report.worker(), fit.lastScore());
            case WRONG_EXAMPLES ->
                throw new BadDataException(
                        "epoch " + epoch + ", round " + (round + 1) + ", worker " + report.worker(),
                        "the examples are not " + plan.examples() + " with each index of 0.." + (plan.examples() - 1)
                                + " once: " + fit.detail());
            case DONE -> checkDone(round, report);
        }
    }

    private void checkDone(int round, WorkerReport report) {
        EpochSlice slice = plan.slice(round, report.worker());
        long bytes = slice.length() == 0 ? 0 : expectedBytes;
        if (report.fit().examples() != slice.length() || report.bytesSent() != bytes) {
            throw new IllegalStateException("worker " + report.worker() + " in round " + (round + 1) + " of epoch "
                    + epoch + " trained " + report.fit().examples() + " examples and sent " + report.bytesSent()
                    + " bytes; expected are " + slice.length() + " and " + bytes);
        }
    }
}
