package org.sparkfinetune.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Sums up what oneDNN writes when the environment has {@code DNNL_VERBOSE=1}: {@code
 * dnnl_verbose,exec,cpu,KIND,IMPLEMENTATION, PROPAGATION,…,MILLISECONDS}, from 2.6 on with another first word.
 */
public final class VerboseLog {
    private static final int KIND = 3;
    private static final int PROPAGATION = 5;
    private static final int FEWEST_FIELDS = 7;

    private VerboseLog() {}

    /** @param arguments log, steps whose calls are in it, file whose first line has the seconds of the steps */
    public static void main(String[] arguments) throws IOException {
        Map<String, Double> milliseconds;
        int steps = Integer.parseInt(arguments[1]);
        try (Stream<String> lines = Files.lines(Path.of(arguments[0]))) {
            milliseconds = sums(lines.toList(), steps);
        }
        double step = 1000
                * Measurement.parse(Files.readAllLines(Path.of(arguments[2])).get(0))
                        .median();
        double calls =
                milliseconds.values().stream().mapToDouble(Double::doubleValue).sum();
        milliseconds.put("outside oneDNN", step - calls);
        TrainingProfile.print(System.out, "operation", milliseconds, step, Integer.MAX_VALUE);
    }

    /** Milliseconds of a step, by kind and direction. */
    static Map<String, Double> sums(List<String> lines, int steps) {
        Map<String, Double> sums = new HashMap<>();
        for (String line : lines) {
            String[] fields = line.split(",");
            if (fields.length >= FEWEST_FIELDS && fields[0].endsWith("_verbose") && fields[1].equals("exec")) {
                String direction =
                        fields[PROPAGATION].startsWith("backward") ? " " + fields[PROPAGATION].replace('_', ' ') : "";
                sums.merge(
                        fields[KIND].replace('_', ' ') + direction,
                        Double.parseDouble(fields[fields.length - 1]) / steps,
                        Double::sum);
            }
        }
        return sums;
    }
}
