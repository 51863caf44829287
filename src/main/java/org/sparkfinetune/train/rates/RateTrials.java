package org.sparkfinetune.train.rates;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.storage.ByPartitionNumber;
import org.sparkfinetune.storage.JobDescription;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.EpochOrder;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.round.EpochShuffle;
import org.sparkfinetune.train.tail.StateBroadcast;
import org.sparkfinetune.train.tail.TailConfiguration;
import scala.Tuple2;

/**
 * Tries learning rates in parallel. One task per rate trains a copy of the tail, from the same start and on the same
 * minibatches in the same order, for a fixed number of steps.
 *
 * @param seed seed of the order of the examples, and of dropout
 * @param batchSize examples per minibatch, at least 1
 * @param steps minibatches that each candidate is trained on, at least 1; the examples are repeated as often as
 *     necessary
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
     * The examples that learning rates are tried on.
     *
     * @param train pairs of an index, unique in 0..trainCount-1, and an example
     * @param trainCount number of training examples, at least 1
     * @param held pairs of an index, unique in 0..heldCount-1, and an example that is not trained on
     * @param heldCount number of held-out examples, 0 or more
     * @param <T> an example as it travels through Spark
     */
    public record Examples<T>(JavaPairRDD<Long, T> train, long trainCount, JavaPairRDD<Long, T> held, long heldCount) {}

    /**
     * Runs all trials.
     *
     * @param tail network with the parameters to start from
     * @param factors factors of the configured learning rates, one for each candidate
     * @return results in the order of the factors
     */
    public <T> List<RateTrial> run(
            JavaSparkContext spark,
            ComputationGraph tail,
            Batcher<T> batcher,
            List<Double> factors,
            Examples<T> examples) {
        JavaPairRDD<Long, T> assigned = assign(examples, factors.size());
        TrainingState state = TrainingState.of(tail).afterEpochs(0);
        StateBroadcast start = new StateBroadcast(spark, state);
        try (TailConfiguration configuration = TailConfiguration.send(spark, tail);
                JobDescription description = new JobDescription(spark)) {
            description.set(factors.size() + " of them side by side", "try learning rates");
            TrialWorker<T> worker = new TrialWorker<>(
                    this,
                    new ArrayList<>(factors),
                    configuration.tail(start, state.iterations(), state.epochs()),
                    batcher);
            return assigned.mapPartitionsWithIndex(worker, true).collect();
        } finally {
            EpochShuffle.removeShuffle(assigned.rdd());
            start.destroy();
        }
    }

    /** One partition per candidate: its training examples in their order, then the held-out examples. */
    private <T> JavaPairRDD<Long, T> assign(Examples<T> examples, int candidates) {
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
        return trained.union(measured).repartitionAndSortWithinPartitions(new ByPartitionNumber<Long>(candidates, key ->
                (int) (key / length)));
    }

    /** The positions of a trial at which an example is trained. */
    private LongStream positions(long index, long count) {
        long wanted = (long) batchSize * steps;
        int epochs = Math.toIntExact((wanted - 1) / count + 1);
        return IntStream.rangeClosed(1, epochs)
                .mapToLong(epoch -> (epoch - 1) * count + new EpochOrder(count, seed, epoch).positionOf(index))
                .filter(position -> position < wanted);
    }

    /**
     * Returns the lowest rate that is about as good as the best one: its score is at least {@value #GOOD_ENOUGH} of the
     * way from the score of the lowest rate down to the best score. A training is longer than a trial, and needs a
     * lower rate than the one that leads after so few minibatches.
     *
     * @return factor of the rate; empty if every rate diverged
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
