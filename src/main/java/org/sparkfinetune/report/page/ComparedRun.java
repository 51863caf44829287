package org.sparkfinetune.report.page;

import java.util.Map;
import java.util.Optional;
import org.sparkfinetune.report.RunReport;

/**
 * A finished job that is put beside others.
 *
 * @param name what the user calls it
 * @param recipe key to value, nested keys joined by dots; empty where the job has not written its recipe down
 */
public record ComparedRun(String name, RunReport report, Map<String, String> recipe) {
    public ComparedRun {
        recipe = Map.copyOf(recipe);
    }

    Optional<RunReport.Evaluation> evaluation() {
        return Optional.ofNullable(report.evaluation());
    }

    Optional<RunReport.Training> training() {
        return Optional.ofNullable(report.training());
    }

    /** The best epoch of a training. */
    Optional<RunReport.Epoch> bestEpoch() {
        return training()
                .flatMap(training -> training.epochs().stream()
                        .filter(epoch -> epoch.epoch() == training.bestEpoch())
                        .findFirst());
    }

    /** What its accuracy was measured on: which split of which pictures; nothing when none was measured. */
    Optional<String> measuredOn() {
        return evaluation().map(evaluation -> evaluation.split() + " of dataset " + dataset());
    }

    /** What tells the content of the dataset from that of others. */
    String dataset() {
        String input = report.provenance().inputs().getOrDefault("dataset", "-");
        return input.substring(input.lastIndexOf(' ') + 1);
    }

    /** Images a second: of the pass over the pictures, or of the epochs without the frozen trunk. */
    Optional<Double> imagesPerSecond() {
        if (report.throughput() != null) {
            return Optional.of(report.throughput().imagesPerSecond());
        }
        return training().map(training -> {
            double seconds = training.epochs().stream()
                    .mapToDouble(epoch -> epoch.seconds() - epoch.trunkSeconds())
                    .sum();
            return training.examplesTrained() / seconds;
        });
    }
}
