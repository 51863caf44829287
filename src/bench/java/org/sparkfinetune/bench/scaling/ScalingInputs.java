package org.sparkfinetune.bench.scaling;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;

/**
 * What was measured, or assumed, for {@link Scaling}: a file of properties, each of which must be there and no other.
 */
final class ScalingInputs {
    private final String name;
    private final Properties properties = new Properties();
    private final Set<String> unread;
    private final List<Problem> problems = new ArrayList<>();

    private ScalingInputs(String name, Reader reader) throws IOException {
        this.name = name;
        properties.load(reader);
        this.unread = new TreeSet<>(properties.stringPropertyNames());
    }

    /**
     * Reads a file.
     *
     * @throws InvalidRequestException with every key that is missing, unknown or no positive number
     */
    static ScalingPlan read(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            return read(file.toString(), reader);
        }
    }

    static ScalingPlan read(String name, Reader reader) throws IOException {
        ScalingInputs inputs = new ScalingInputs(name, reader);
        ScalingPlan plan = inputs.plan();
        inputs.unread.forEach(key -> inputs.problems.add(new Problem(name + ":" + key, "is not a key")));
        if (!inputs.problems.isEmpty()) {
            throw new InvalidRequestException(inputs.problems);
        }
        return plan;
    }

    private ScalingPlan plan() {
        List<ScalingPlan.Case> cases = words("cases").stream()
                .map(one -> new ScalingPlan.Case(
                        one,
                        text(one + ".title"),
                        (long) number(one + ".bytes"),
                        number(one + ".secondsPerExample"),
                        (long) number(one + ".batchSize")))
                .toList();
        return new ScalingPlan(
                cases,
                (long) number("examples"),
                numbers("averagingFrequencies").stream().map(Double::intValue).toList(),
                numbers("gigabitsPerSecond"),
                numbers("fasterExecutors"),
                number("gain"),
                new RoundModel.Costs(
                        0,
                        number("copiedBytesPerSecond"),
                        number("addedBytesPerSecond"),
                        number("stageSeconds"),
                        number("taskSeconds"),
                        number("requestSeconds")));
    }

    private String text(String key) {
        unread.remove(key);
        String value = properties.getProperty(key);
        if (value == null || value.isBlank()) {
            problems.add(new Problem(name + ":" + key, "is missing"));
            return "";
        }
        return value.strip();
    }

    private List<String> words(String key) {
        return Arrays.stream(text(key).split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private List<Double> numbers(String key) {
        return words(key).stream().map(word -> parse(key, word)).toList();
    }

    private double number(String key) {
        String text = text(key);
        return text.isEmpty() ? 1 : parse(key, text);
    }

    private double parse(String key, String text) {
        try {
            double value = Double.parseDouble(text);
            if (value > 0 && Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            problems.add(new Problem(name + ":" + key, "is \"" + text + "\", must be a number"));
            return 1;
        }
        problems.add(new Problem(name + ":" + key, "is " + text + ", must be above 0"));
        return 1;
    }
}
