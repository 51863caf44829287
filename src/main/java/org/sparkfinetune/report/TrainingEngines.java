package org.sparkfinetune.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sparkfinetune.report.RunReport.Engine;

/** The engines that trained the epochs of a run, in words. */
public final class TrainingEngines {
    private TrainingEngines() {}

    /** Consecutive epochs trained by the same engine. */
    private record Span(int first, int last, Engine engine) {
        @Override
        public String toString() {
            return (first == last ? "epoch " + first : "epochs " + first + " to " + last) + ": " + engine.inWords();
        }
    }

    /** Returns the engines in words; empty for reports of older versions, which do not have them. */
    public static Optional<String> inWords(RunReport.Training training) {
        List<Span> spans = new ArrayList<>();
        for (RunReport.Epoch epoch : training.epochs()) {
            Span before = spans.isEmpty() ? null : spans.get(spans.size() - 1);
            if (before != null && before.engine().equals(epoch.engine())) {
                spans.set(spans.size() - 1, new Span(before.first(), epoch.epoch(), epoch.engine()));
            } else if (epoch.engine() != null) {
                spans.add(new Span(epoch.epoch(), epoch.epoch(), epoch.engine()));
            }
        }
        return switch (spans.size()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(spans.get(0).engine().inWords());
            default -> Optional.of(spans.stream().map(Span::toString).collect(Collectors.joining("; ")));
        };
    }
}
