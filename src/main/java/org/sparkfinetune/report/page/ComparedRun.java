package org.sparkfinetune.report.page;

import java.util.Map;
import java.util.Optional;
import org.sparkfinetune.report.RunReport;

/**
 * A finished job to compare with others.
 *
 * @param name the user's name for it
 * @param recipe values by key, nested keys joined by dots; empty when the job has not written its recipe
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

    /** The split and dataset that the accuracy was measured on; empty when it was not measured. */
    Optional<String> measuredOn() {
        return evaluation().map(evaluation -> evaluation.split() + " of dataset " + dataset());
    }

    /** The fingerprint of the dataset's content. */
    String dataset() {
        String input = report.provenance().inputs().getOrDefault("dataset", "-");
        return input.substring(input.lastIndexOf(' ') + 1);
    }

    /** Pictures per second: in the pass over the pictures, or in the epochs without the frozen trunk. */
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
