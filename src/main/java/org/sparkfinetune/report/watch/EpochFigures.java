package org.sparkfinetune.report.watch;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sparkfinetune.report.RunReport;

/** The figures of an epoch that are drawn as curves, with their names in experiment trackers. */
final class EpochFigures {
    private EpochFigures() {}

    /** Returns the finite figures; trackers reject others. */
    static Map<String, Double> of(RunReport.Epoch epoch) {
        Map<String, Double> figures = new LinkedHashMap<>();
        put(figures, "loss", epoch.loss());
        put(figures, "accuracy", epoch.accuracy());
        put(figures, "validation_loss", epoch.validationLoss());
        put(figures, "validation_accuracy", epoch.validationAccuracy());
        put(figures, "learning_rate", epoch.learningRate());
        put(figures, "images_per_second", epoch.imagesPerSecond());
        return figures;
    }

    private static void put(Map<String, Double> figures, String name, Double value) {
        if (value != null && Double.isFinite(value)) {
            figures.put(name, value);
        }
    }
}
