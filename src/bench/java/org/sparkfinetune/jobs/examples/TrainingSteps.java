package org.sparkfinetune.jobs.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.sparkfinetune.bench.Measurement;
import org.sparkfinetune.bench.TrainingCase;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.inference.engine.EngineChoice;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.engine.ShippedNetwork;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.round.AveragingTrainer;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;
import org.sparkfinetune.zoo.network.TailNetwork;
import org.sparkfinetune.zoo.network.TailSettings;
import scala.Tuple2;

/**
 * Steps of a training as a job makes them on one machine, for {@code scripts/bench train}: the frozen layers by the
 * engine that a job takes, the others by the trainer with one worker, which has all cores. Pictures are random numbers,
 * so nothing is decoded.
 *
 * <p>A step is the time between the starts of two minibatches: the trainer prepares a minibatch while it fits the one
 * before, and begins with the next when both are done.
 */
public final class TrainingSteps {
    /** When each minibatch was begun; Spark runs in this JVM. */
    private static final Queue<Long> BEGUN = new ConcurrentLinkedQueue<>();

    /** The first minibatch is made while nothing is fitted yet, and nothing is begun after the last. */
    private static final int NOT_SEEN = 2;

    /** For a table: steps of milliseconds differ. */
    private static final double ENOUGH_SECONDS = 3;

    private static final int MOST_STEPS = 200;

    private final TrainingCase one;
    private final int warmUp;
    private final int steps;
    private final double leastSeconds;
    private final Path measurements;

    /** @param leastSeconds steps are done again, as often as fits into this, when they took less; at most 200 */
    TrainingSteps(TrainingCase one, int warmUp, int steps, double leastSeconds, Path measurements) {
        this.one = one;
        this.warmUp = warmUp;
        this.steps = steps;
        this.leastSeconds = leastSeconds;
        this.measurements = measurements;
    }

    /** @param arguments case, steps that are not counted, steps, file that measurements are added to */
    public static void main(String[] arguments) throws IOException {
        NativeEngine.enable();
        SparkConf conf = new SparkConf()
                .setAppName("steps")
                .setMaster("local[1]")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.bindAddress", "127.0.0.1");
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            spark.setLogLevel("WARN");
            new TrainingSteps(
                            TrainingCase.parse(arguments[0]),
                            Integer.parseInt(arguments[1]),
                            Integer.parseInt(arguments[2]),
                            ENOUGH_SECONDS,
                            Path.of(arguments[3]))
                    .measure(spark);
        }
    }

    void measure(JavaSparkContext spark) throws IOException {
        ComputationGraph network = one.network();
        NetworkCut cut = one.cut(network);
        ComputationGraph tail = tail(cut);
        EngineSpec trunk = trunk(spark, cut);
        ActivationBatcher activations = new ActivationBatcher(cut.boundaryShapes(one.pictures()), TrainingCase.HEAD);
        Networks.release(network);
        PixelBatcher pixels = new PixelBatcher(trunk, activations);
        new Training<>(spark, tail, pixels, picture -> picture).run("ours");
        if (!one.freezesNothing()) {
            List<LabelledActivations> kept =
                    pixels.through(LongStream.range(0, one.batch()).boxed().toList());
            new Training<>(spark, tail, activations, picture -> kept.get((int) (picture % one.batch())))
                    .run("ours/cached");
        }
    }

    private static ComputationGraph tail(NetworkCut cut) {
        ComputationGraph part = cut.tail();
        String configuration = TailNetwork.configure(
                        part.getConfiguration(), TailSettings.of(TrainingCase.OPTIMIZER), TrainingCase.SEED)
                .toJson();
        ComputationGraph tail = TailNetwork.create(configuration, part.params());
        Networks.release(part);
        return tail;
    }

    private EngineSpec trunk(JavaSparkContext spark, NetworkCut cut) {
        return cut.hasTrunk()
                ? ShippedNetwork.ship(spark.sc(), cut.trunk(), one.card().input(), EngineChoice.ONNX, List.of())
                        .engine()
                : EngineSpec.pixels(one.card().input());
    }

    /** A tail and what it is trained on. */
    private final class Training<T> {
        private final JavaSparkContext spark;
        private final ComputationGraph tail;
        private final Batcher<T> batcher;
        private final LongFunction<T> examples;

        Training(JavaSparkContext spark, ComputationGraph tail, Batcher<T> batcher, LongFunction<T> examples) {
            this.spark = spark;
            this.tail = tail;
            this.batcher = batcher;
            this.examples = examples;
        }

        void run(String who) throws IOException {
            // One round an epoch: averaging is not measured here.
            TrainingPlan plan = new TrainingPlan(TrainingCase.SEED, 1, one.batch(), MOST_STEPS + NOT_SEEN);
            Batcher<T> watched = new WatchedBatcher<>(batcher);
            try (AveragingTrainer<T> trainer = new AveragingTrainer<>(spark, tail, plan, watched)) {
                Epoch first = epoch(trainer, TrainingState.of(tail), warmUp + steps);
                double[] seconds = Arrays.copyOfRange(first.seconds(), warmUp, warmUp + steps);
                int enough = (int) Math.min(MOST_STEPS, leastSeconds / seconds[steps - 1]);
                if (enough > steps) {
                    seconds = epoch(trainer, first.after(), enough).seconds();
                }
                Measurement.steps(one, who, seconds).addTo(measurements);
            }
        }

        private Epoch epoch(AveragingTrainer<T> trainer, TrainingState before, int count) {
            long pictures = (long) (count + NOT_SEEN) * one.batch();
            JavaPairRDD<Long, T> rows = spark.parallelizePairs(
                    LongStream.range(0, pictures)
                            .mapToObj(i -> new Tuple2<>(i, examples.apply(i)))
                            .toList(),
                    1);
            BEGUN.clear();
            TrainingState after =
                    trainer.trainEpoch(before, rows, pictures, progress -> {}).state();
            long[] begun = BEGUN.stream().mapToLong(Long::longValue).toArray();
            double[] seconds = new double[count];
            for (int i = 0; i < count; i++) {
                seconds[i] = (begun[i + 2] - begun[i + 1]) / 1e9;
            }
            return new Epoch(after, seconds);
        }
    }

    /**
     * What came out.
     *
     * @param seconds of each step that was seen
     */
    private record Epoch(TrainingState after, double[] seconds) {}

    /** Remembers when minibatches are begun. */
    private record WatchedBatcher<T>(Batcher<T> batcher) implements Batcher<T> {
        @Override
        public MultiDataSet batch(List<T> examples) {
            BEGUN.add(System.nanoTime());
            return batcher.batch(examples);
        }
    }

    /** As {@link PictureBatcher}, but pictures are random numbers, made once. */
    private record PixelBatcher(EngineSpec trunk, ActivationBatcher activations) implements Batcher<Long> {
        @Override
        public MultiDataSet batch(List<Long> pictures) {
            return activations.batch(through(pictures));
        }

        List<LabelledActivations> through(List<Long> pictures) {
            float[][][] boundaries =
                    trunk.forward(Pixels.of(pictures.size() * trunk.input().floats()), pictures.size());
            List<LabelledActivations> examples = new ArrayList<>();
            for (int i = 0; i < boundaries.length; i++) {
                examples.add(LabelledActivations.of(TrainingCase.label(pictures.get(i)), boundaries[i]));
            }
            return examples;
        }
    }

    /** Random numbers, normally distributed. */
    private static final class Pixels {
        private static float[] values = {};

        static synchronized float[] of(int count) {
            if (values.length != count) {
                values = new float[count];
                Random random = new Random(TrainingCase.SEED);
                for (int i = 0; i < count; i++) {
                    values[i] = (float) random.nextGaussian();
                }
            }
            return values;
        }
    }
}
