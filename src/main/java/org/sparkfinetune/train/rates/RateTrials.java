package org.sparkfinetune.train.rates;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.storage.JobDescription;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.EpochOrder;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.round.EpochShuffle;
import org.sparkfinetune.train.tail.StateBroadcast;
import org.sparkfinetune.train.tail.Tail;
import org.sparkfinetune.train.tail.TailPool;
import scala.Tuple2;

/**
 * Tries learning rates side by side: each is one task that trains a copy of the tail, from the same start and on the same
 * minibatches in the same order, for a fixed number of steps.
 *
 * @param seed of the order of the examples, and of dropout
 * @param batchSize examples in a minibatch
 * @param steps minibatches that each candidate is trained on; the examples are gone through as often as that takes
 */
public record RateTrials(long seed, int batchSize, int steps) implements Serializable {
    private static final double GOOD_ENOUGH = 0.9;

    public RateTrials {
        if (batchSize < 1 || steps < 1) {
            throw new IllegalArgumentException(
                    "batchSize " + batchSize + " and steps " + steps + " must be at least 1");
        }
    }

    /**
     * Runs all of them.
     *
     * @param tail configuration, parameters to start from
     * @param factors of the configured learning rates, one a candidate
     * @return in the order of the factors
     */
    public <T> List<RateTrial> run(
            JavaSparkContext spark,
            ComputationGraph tail,
            Batcher<T> batcher,
            List<Double> factors,
            TrialExamples<T> examples) {
        JavaPairRDD<Long, T> dealt = deal(examples, factors.size());
        String runId = UUID.randomUUID().toString();
        Broadcast<String> configuration =
                spark.broadcast(tail.getConfiguration().toJson());
        TrainingState state = TrainingState.of(tail).afterEpochs(0);
        StateBroadcast start = new StateBroadcast(spark, state);
        try (JobDescription description = new JobDescription(spark)) {
            description.set(factors.size() + " of them side by side", "try learning rates");
            TrialWorker<T> worker = new TrialWorker<>(
                    this, new ArrayList<>(factors), new Tail(runId, configuration, start, state), batcher);
            return dealt.mapPartitionsWithIndex(worker, true).collect();
        } finally {
            EpochShuffle.removeShuffle(dealt.rdd());
            start.destroy();
            configuration.destroy();
            TailPool.forget(runId);
        }
    }

    /** A partition a candidate: what it trains on, in order, then what it is measured by. */
    private <T> JavaPairRDD<Long, T> deal(TrialExamples<T> examples, int candidates) {
        long wanted = (long) batchSize * steps;
        long length = wanted + examples.heldCount();
        long trainCount = examples.trainCount();
        JavaPairRDD<Long, T> trained = examples.train()
                .flatMapToPair(example -> positions(example._1(), trainCount)
                        .boxed()
                        .flatMap(position -> IntStream.range(0, candidates)
                                .mapToObj(candidate -> new Tuple2<>(candidate * length + position, example._2())))
                        .iterator());
        JavaPairRDD<Long, T> measured = examples.held()
                .flatMapToPair(example -> IntStream.range(0, candidates)
                        .mapToObj(candidate -> new Tuple2<>(candidate * length + wanted + example._1(), example._2()))
                        .iterator());
        return trained.union(measured).repartitionAndSortWithinPartitions(new ByCandidate(candidates, length));
    }

    /** Where in a trial an example is trained. */
    private LongStream positions(long index, long count) {
        long wanted = (long) batchSize * steps;
        int epochs = Math.toIntExact((wanted - 1) / count + 1);
        return IntStream.rangeClosed(1, epochs)
                .mapToLong(epoch -> (epoch - 1) * count + new EpochOrder(count, seed, epoch).positionOf(index))
                .filter(position -> position < wanted);
    }

    private static final class ByCandidate extends Partitioner {
        private static final long serialVersionUID = 1L;

        private final int candidates;
        private final long length;

        ByCandidate(int candidates, long length) {
            this.candidates = candidates;
            this.length = length;
        }

        @Override
        public int numPartitions() {
            return candidates;
        }

        @Override
        public int getPartition(Object key) {
            return (int) ((Long) key / length);
        }
    }

    /**
     * The lowest rate that is about as good as the best one: whose score is {@value #GOOD_ENOUGH} of the way from that of the lowest
     * rate down to the best. The training that follows is longer than the trial, and wants a lower rate than the one that is ahead
     * after so few minibatches.
     *
     * @return nothing when every rate diverged
     */
    public static OptionalDouble suggestion(List<RateTrial> tried) {
        List<RateTrial> stable = tried.stream()
                .filter(RateTrial::stable)
                .sorted(Comparator.comparingDouble(RateTrial::factor))
                .toList();
        if (stable.isEmpty()) {
            return OptionalDouble.empty();
        }
        double first = stable.get(0).score();
        double best = stable.stream().mapToDouble(RateTrial::score).min().orElseThrow();
        double goodEnough = first + GOOD_ENOUGH * (best - first);
        return stable.stream()
                .filter(trial -> trial.score() <= Math.max(best, goodEnough))
                .mapToDouble(RateTrial::factor)
                .findFirst();
    }
}
