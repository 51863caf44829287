package org.sparkfinetune.train.round;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.RoundProgress;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import scala.Tuple2;

/**
 * The times of the steps of a round, with executors in separate processes: {@code scripts/bench rounds}. Examples are
 * random numbers, networks are the zoo's with ten classes and Adam.
 */
public final class RoundParts {
    /** The first rounds start executors and compile. */
    private static final int WARM_UP = 2;

    private RoundParts() {}

    /** @param arguments model, freeze point or none, workers, examples of a minibatch, averagingFrequency, rounds */
    public static void main(String[] arguments) {
        String model = arguments[0];
        String freezePoint = arguments[1];
        int workers = Integer.parseInt(arguments[2]);
        int batch = Integer.parseInt(arguments[3]);
        int frequency = Integer.parseInt(arguments[4]);
        int rounds = Integer.parseInt(arguments[5]) + WARM_UP;
        SparkConf conf = new SparkConf()
                .setAppName("rounds")
                .setMaster("local-cluster[" + workers + ",1,1024]")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.executor.memory", "1g")
                .set("spark.executor.cores", "1")
                .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .set("spark.executor.extraJavaOptions", "-Dorg.eclipse.deeplearning4j.helpers.disable=false")
                .set("spark.broadcast.blockSize", "4092k")
                .set("spark.network.timeout", "600s");
        ComputationGraph tail = LargeTails.of(model, freezePoint);
        Batcher<Long> batcher = LargeTails.batcher(LargeTails.inputs(model, freezePoint));
        long examples = (long) workers * batch * frequency * rounds;
        TrainingPlan plan = new TrainingPlan(1, workers, batch, frequency);
        try (JavaSparkContext spark = new JavaSparkContext(conf);
                AveragingTrainer<Long> trainer = new AveragingTrainer<>(spark, tail, plan, batcher)) {
            spark.setLogLevel("WARN");
            JavaPairRDD<Long, Long> rows = spark.parallelizePairs(
                    LongStream.range(0, examples)
                            .mapToObj(i -> new Tuple2<>(i, i))
                            .toList(),
                    workers);
            TrainingState state = TrainingState.of(tail);
            tail.params().close();
            List<RoundProgress> done = new ArrayList<>();
            trainer.trainEpoch(state, rows, examples, done::add);
            print(arguments, done.subList(WARM_UP, done.size()));
        }
    }

    /** Means over the rounds, in seconds. */
    private static void print(String[] arguments, List<RoundProgress> rounds) {
        double took = mean(
                rounds.stream().mapToDouble(round -> round.took().toNanos()).toArray());
        double fit = mean(rounds.stream()
                .mapToDouble(round -> round.slowestWorker().toNanos())
                .toArray());
        double task = mean(rounds.stream()
                .mapToDouble(round -> round.workers().stream()
                        .mapToLong(report -> report.took().toNanos())
                        .max()
                        .orElse(0))
                .toArray());
        PrintStream out = System.out;
        out.printf(
                Locale.ROOT,
                "%-9s %-8s %2s workers f=%-2s %13d bytes: round %7.3f s = fit %7.3f + take over and cut %6.3f"
                        + " + average and collect %6.3f; averaging %.1f %%%n",
                arguments[0],
                arguments[1],
                arguments[2],
                arguments[4],
                rounds.get(0).workers().get(0).bytesSent(),
                took,
                fit,
                task - fit,
                took - task,
                100 * (took - fit) / took);
    }

    private static double mean(double[] nanos) {
        return Arrays.stream(nanos).average().orElse(0) / 1e9;
    }
}
