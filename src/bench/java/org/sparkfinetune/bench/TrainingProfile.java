package org.sparkfinetune.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.onednn.OneDnnGraph;
import org.sparkfinetune.onednn.OneDnnGraph.ProfileEntry;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.TailNetwork;
import org.sparkfinetune.zoo.network.TailSettings;

/**
 * Where the time of a step of the trained layers goes, and how long their outputs take: {@code scripts/bench profile}.
 */
public final class TrainingProfile {
    private static final int PASSES = 10;

    private TrainingProfile() {}

    /** @param arguments case, steps, rows of the list of layers */
    public static void main(String[] arguments) {
        TrainingCase one = TrainingCase.parse(arguments[0]);
        int steps = Integer.parseInt(arguments[1]);
        NetworkCut cut = one.cut(one.network());
        OneDnnGraph tail = new OneDnnGraph(ComputationGraphConfiguration.fromJson(TailNetwork.configure(
                        cut.tail().getConfiguration(), TailSettings.of(TrainingCase.OPTIMIZER), TrainingCase.SEED)
                .toJson()));
        tail.init(cut.tail().params(), false);
        MultiDataSet minibatch = minibatch(one, cut);
        // The first compiles.
        tail.fit(minibatch);
        tail.profile();
        long start = System.nanoTime();
        for (int i = 0; i < steps; i++) {
            tail.fit(minibatch);
        }
        double took = (System.nanoTime() - start) / 1e6 / steps;
        tail.obstacle().ifPresent(obstacle -> {
            throw new IllegalStateException(obstacle);
        });
        Map<ProfileEntry, Long> nanoseconds = tail.nanoseconds();
        Map<String, Double> operations = sums(nanoseconds, ProfileEntry::operation, steps);
        double calls =
                operations.values().stream().mapToDouble(Double::doubleValue).sum();
        operations.put("updater, regularisation and the rest", took - calls);
        PrintStream out = System.out;
        print(out, "operation", operations, took, Integer.MAX_VALUE);
        out.printf(Locale.ROOT, "%n%-40s %,10d MiB%n%n", "memory of activations", tail.programBytes() >> 20);
        print(out, "layer", sums(nanoseconds, ProfileEntry::vertex, steps), took, Integer.parseInt(arguments[2]));
        inference(out, tail, minibatch);
    }

    /** By turns, so that whatever else the machine does slows both. */
    private static void inference(PrintStream out, OneDnnGraph tail, MultiDataSet minibatch) {
        ComputationGraph layers = new ComputationGraph(tail.getConfiguration().clone());
        layers.init(tail.params(), true);
        double[] ours = new double[PASSES];
        double[] theirs = new double[PASSES];
        for (int i = -1; i < PASSES; i++) {
            double program = milliseconds(tail, minibatch);
            double layerByLayer = milliseconds(layers, minibatch);
            // The first compiles.
            if (i >= 0) {
                ours[i] = program;
                theirs[i] = layerByLayer;
            }
        }
        out.printf("%n%-40s %10s %8s%n", "outputs in inference, the fastest", "ms", "images/s");
        double pictures = 1e3 * minibatch.getFeatures(0).size(0);
        Map.of("ours", ours, "Deeplearning4j's layers", theirs).forEach((name, times) -> {
            double best = Arrays.stream(times).min().orElseThrow();
            out.printf(Locale.ROOT, "%-40s %10.1f %8.1f%n", name, best, pictures / best);
        });
    }

    private static double milliseconds(ComputationGraph graph, MultiDataSet minibatch) {
        long start = System.nanoTime();
        graph.output(minibatch.getFeatures());
        return (System.nanoTime() - start) / 1e6;
    }

    private static MultiDataSet minibatch(TrainingCase one, NetworkCut cut) {
        List<long[]> shapes = one.freezesNothing()
                ? List.of(new long[] {
                    3, one.card().input().height(), one.card().input().width()
                })
                : cut.boundaryShapes(one.pictures());
        INDArray[] features = shapes.stream()
                .map(shape -> Nd4j.randn(LongStream.concat(LongStream.of(one.batch()), LongStream.of(shape))
                        .toArray()))
                .toArray(INDArray[]::new);
        INDArray labels = TrainingCase.HEAD.targets(
                IntStream.range(0, one.batch()).map(TrainingCase::label).toArray());
        return new MultiDataSet(features, new INDArray[] {labels});
    }

    /** Milliseconds of a step. */
    private static Map<String, Double> sums(
            Map<ProfileEntry, Long> nanoseconds, Function<ProfileEntry, String> key, int steps) {
        Map<String, Double> sums = new HashMap<>();
        nanoseconds.forEach((entry, time) -> sums.merge(key.apply(entry), time / 1e6 / steps, Double::sum));
        return sums;
    }

    /** The largest first. */
    static void print(PrintStream to, String title, Map<String, Double> milliseconds, double whole, int rows) {
        to.printf("%-40s %10s %8s%n", title, "ms", "share");
        milliseconds.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(rows)
                .forEach(entry -> to.printf(
                        Locale.ROOT,
                        "%-40s %10.1f %6.1f %%%n",
                        entry.getKey(),
                        entry.getValue(),
                        100 * entry.getValue() / whole));
        to.printf(Locale.ROOT, "%-40s %10.1f%n", "a step", whole);
    }
}
