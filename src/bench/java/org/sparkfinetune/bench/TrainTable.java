package org.sparkfinetune.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.sparkfinetune.bench.Measurement.Kind;

/**
 * The table of {@code scripts/bench train}: images/s of every peer for every case, and how near they come to the
 * machine's limit.
 */
public final class TrainTable {
    /** Whom the others are compared with. */
    private static final String PYTORCH = "pytorch";

    private static final String STOCK = "dl4j";
    /** Reads what the frozen layers have made before, so only the others work. */
    private static final String CACHED = "ours/cached";

    private final List<Measurement> measurements;

    private TrainTable(List<Measurement> measurements) {
        this.measurements = List.copyOf(measurements);
    }

    /** @param arguments file of measurements, text to write, CSV to write */
    public static void main(String[] arguments) throws IOException {
        TrainTable table = of(Files.readAllLines(Path.of(arguments[0])));
        Files.writeString(Path.of(arguments[1]), table.text());
        Files.writeString(Path.of(arguments[2]), table.csv());
    }

    static TrainTable of(List<String> lines) {
        return new TrainTable(lines.stream().map(Measurement::parse).toList());
    }

    /**
     * A peer and a case.
     *
     * @param gflops operations that the step needs, a second, in billions; empty when they were not counted
     * @param toPytorch images/s by those of PyTorch; empty when it was not measured, as the others
     */
    private record Row(
            Measurement steps,
            OptionalDouble gflops,
            OptionalDouble ofGemm,
            OptionalDouble toPytorch,
            OptionalDouble toStock) {}

    /** For people. */
    String text() {
        StringBuilder text = new StringBuilder(gemm());
        text.append(line("case", "peer", "images/s", "min", "max", "steps", "GFLOP/s", "of gemm", "/pytorch", "/dl4j"));
        String above = "";
        for (Row row : rows()) {
            String subject = row.steps().subject();
            text.append(line(
                    subject.equals(above) ? "" : subject,
                    row.steps().who(),
                    number(rate(row.steps(), row.steps().median())),
                    number(rate(row.steps(), row.steps().most())),
                    number(rate(row.steps(), row.steps().least())),
                    Integer.toString(row.steps().values().size()),
                    number("%.1f", row.gflops()),
                    number("%.2f", row.ofGemm()),
                    number("%.2f", row.toPytorch()),
                    number("%.2f", row.toStock())));
            above = subject;
        }
        return text.toString();
    }

    /** The same for programs. */
    String csv() {
        StringBuilder text = new StringBuilder(
                "model,freezeUpTo,batch,peer,imagesPerSecond,min,max,steps,gflops,ofGemm,toPytorch,toDl4j\n");
        for (Row row : rows()) {
            text.append(String.join(
                            ",",
                            row.steps().subject().replace(':', ','),
                            row.steps().who(),
                            exact(OptionalDouble.of(
                                    rate(row.steps(), row.steps().median()))),
                            exact(OptionalDouble.of(
                                    rate(row.steps(), row.steps().most()))),
                            exact(OptionalDouble.of(
                                    rate(row.steps(), row.steps().least()))),
                            Integer.toString(row.steps().values().size()),
                            exact(row.gflops()),
                            exact(row.ofGemm()),
                            exact(row.toPytorch()),
                            exact(row.toStock())))
                    .append('\n');
        }
        return text.toString();
    }

    private String gemm() {
        StringBuilder text = new StringBuilder();
        of(Kind.GEMM)
                .forEach(product -> text.append(String.format(
                        Locale.ROOT,
                        "product of two float32 matrices of %s rows, %s: %.1f GFLOP/s%n",
                        product.subject(),
                        product.who(),
                        gflops(product))));
        return text.append('\n').toString();
    }

    private List<Row> rows() {
        Map<String, List<Measurement>> cases = new LinkedHashMap<>();
        of(Kind.STEP)
                .forEach(steps -> cases.computeIfAbsent(steps.subject(), subject -> new ArrayList<>())
                        .add(steps));
        return cases.values().stream()
                .map(TrainTable::withoutSlowerVariants)
                .flatMap(peers -> peers.stream().map(steps -> row(steps, peers)))
                .toList();
    }

    /** PyTorch has two layouts, and who knows it takes the faster. */
    private static List<Measurement> withoutSlowerVariants(List<Measurement> peers) {
        Optional<Measurement> best = fastest(peers, PYTORCH);
        return peers.stream()
                .filter(steps -> !isOf(steps, PYTORCH) || best.orElseThrow().equals(steps))
                .toList();
    }

    private Row row(Measurement steps, List<Measurement> peers) {
        int batch = TrainingCase.parse(steps.subject()).batch();
        OptionalDouble gflops = of(Kind.FLOPS).stream()
                .filter(flops -> flops.subject().equals(steps.subject()))
                .mapToDouble(flops -> flops.values().get(1)
                        + (steps.who().equals(CACHED) ? 0 : flops.values().get(0)))
                .map(operations -> operations * batch / steps.median() / 1e9)
                .findFirst();
        OptionalDouble peak =
                of(Kind.GEMM).stream().mapToDouble(TrainTable::gflops).max();
        OptionalDouble ofGemm = gflops.isPresent() && peak.isPresent()
                ? OptionalDouble.of(gflops.getAsDouble() / peak.getAsDouble())
                : OptionalDouble.empty();
        return new Row(steps, gflops, ofGemm, ratio(steps, fastest(peers, PYTORCH)), ratio(steps, stock(steps)));
    }

    private static OptionalDouble ratio(Measurement steps, Optional<Measurement> other) {
        return other.map(one -> OptionalDouble.of(rate(steps, steps.median()) / rate(one, one.median())))
                .orElse(OptionalDouble.empty());
    }

    /** Its images/s with one batch are those with another, and it is too slow to measure them all. */
    private Optional<Measurement> stock(Measurement steps) {
        TrainingCase one = TrainingCase.parse(steps.subject());
        return of(Kind.STEP).stream()
                .filter(other -> other.who().equals(STOCK))
                .filter(other -> TrainingCase.parse(other.subject()).differsInBatchOnly(one))
                .min(Comparator.comparing(other -> !other.subject().equals(steps.subject())));
    }

    private static Optional<Measurement> fastest(List<Measurement> peers, String peer) {
        return peers.stream().filter(steps -> isOf(steps, peer)).min(Comparator.comparingDouble(Measurement::median));
    }

    private static boolean isOf(Measurement steps, String peer) {
        return steps.who().equals(peer) || steps.who().startsWith(peer + "/");
    }

    private static double gflops(Measurement product) {
        return 2 * Math.pow(Integer.parseInt(product.subject()), 3) / product.least() / 1e9;
    }

    private List<Measurement> of(Kind kind) {
        return measurements.stream().filter(one -> one.kind() == kind).toList();
    }

    private static double rate(Measurement steps, double seconds) {
        return TrainingCase.parse(steps.subject()).batch() / seconds;
    }

    private static String line(Object... cells) {
        return String.format(Locale.ROOT, "%-26s %-22s %9s %9s %9s %5s %8s %8s %9s %7s%n", cells);
    }

    private static String number(double value) {
        return number("%.2f", OptionalDouble.of(value));
    }

    private static String number(String format, OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, format, value.getAsDouble()) : "-";
    }

    private static String exact(OptionalDouble value) {
        return value.isPresent() ? Double.toString(value.getAsDouble()) : "";
    }
}
