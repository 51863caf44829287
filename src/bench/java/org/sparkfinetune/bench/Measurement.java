package org.sparkfinetune.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * A line of the file that the peers of {@code scripts/bench train} add to, each in a process of its own: {@code KIND
 * SUBJECT WHO VALUE...}, {@link TrainTable} reads them.
 *
 * @param kind of the values
 * @param subject a case, or the rows of a matrix
 * @param who was measured, without blanks; a variant follows a slash
 * @param values seconds of each time; operations for {@link Kind#FLOPS}
 */
public record Measurement(Kind kind, String subject, String who, List<Double> values) {
    /** What is measured. */
    enum Kind {
        /** Seconds of a training step. */
        STEP,
        /** Seconds of a product of two square matrices. */
        GEMM,
        /** Operations that a picture needs: frozen layers, trained layers. */
        FLOPS
    }

    public Measurement {
        values = List.copyOf(values);
    }

    /** Steps of a training. */
    public static Measurement steps(TrainingCase one, String who, double... seconds) {
        return of(Kind.STEP, one.toString(), who, seconds);
    }

    static Measurement gemm(String who, int rows, double... seconds) {
        return of(Kind.GEMM, Integer.toString(rows), who, seconds);
    }

    static Measurement flops(TrainingCase one, StepFlops flops) {
        return of(Kind.FLOPS, one.toString(), "-", flops.trunk(), flops.tail());
    }

    private static Measurement of(Kind kind, String subject, String who, double... values) {
        return new Measurement(
                kind, subject, who, DoubleStream.of(values).boxed().toList());
    }

    static Measurement parse(String line) {
        List<String> words = Arrays.asList(line.strip().split(" +"));
        if (words.size() < 4) {
            throw new IllegalArgumentException("a measurement is KIND SUBJECT WHO VALUE..., not \"" + line + "\"");
        }
        return new Measurement(
                Kind.valueOf(words.get(0)),
                words.get(1),
                words.get(2),
                words.subList(3, words.size()).stream().map(Double::valueOf).toList());
    }

    /** Adds the line; the file need not be there. */
    public void addTo(Path file) throws IOException {
        Files.writeString(file, this + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Of an even number of values, the mean of both in the middle. */
    double median() {
        double[] sorted = sorted();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double least() {
        return sorted()[0];
    }

    double most() {
        return sorted()[values.size() - 1];
    }

    private double[] sorted() {
        return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    @Override
    public String toString() {
        return kind + " " + subject + " " + who + " "
                + values.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
}
