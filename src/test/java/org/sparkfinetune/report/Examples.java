package org.sparkfinetune.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Reports of imaginary jobs, with hostile names. */
public final class Examples {
    /** The worst label or path. */
    public static final List<String> HOSTILE = List.of(
            "<script>alert(1)</script>",
            "\"><img src=http://example.org/x onerror=alert(1)>",
            "x' onmouseover='alert(1)",
            "a-very-long-name-without-a-single-space-".repeat(8),
            "\u202eright to left override",
            "\u05e9\u05dc\u05d5\u05dd",
            "&lt;not escaped yet&amp;",
            "nul\u0000 and bell\u0007");

    private Examples() {}

    /** Names of classes; the hostile ones first. */
    public static List<String> labels(int classes) {
        return IntStream.range(0, classes)
                .mapToObj(i -> i < HOSTILE.size() ? HOSTILE.get(i) : "class number " + i)
                .toList();
    }

    /** Harmless names of classes. */
    public static List<String> plainLabels(int classes) {
        return IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    }

    /** About 20 pictures of each class; about a fifth are taken for another class. */
    static RunReport.Evaluation evaluation(List<String> labels) {
        Random random = new Random(1);
        Scorecard scorecard = new Scorecard(labels);
        for (int label = 0; label < labels.size(); label++) {
            for (int i = 0; i < 20; i++) {
                float[] probabilities = new float[labels.size()];
                int predicted = random.nextInt(5) == 0 ? random.nextInt(labels.size()) : label;
                float confidence = 0.5f + random.nextFloat() / 2;
                java.util.Arrays.fill(probabilities, (1 - confidence) / (labels.size() - 1));
                probabilities[predicted] = confidence;
                scorecard.count("folder/" + labels.get(label) + "/" + i + ".jpg", label, probabilities);
            }
        }
        return scorecard.evaluation("validation");
    }

    /** Two stages of three epochs, the head alone and then convolutions too; the fifth is the best. */
    static RunReport.Training training() {
        List<RunReport.Epoch> epochs = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            epochs.add(new RunReport.Epoch(
                    i,
                    1 + (i - 1) / 3,
                    0.03 / i,
                    400,
                    13,
                    1.5 / i,
                    0.9,
                    1.6 / i,
                    0.8,
                    2.5,
                    i == 1 ? 2 : 0,
                    160,
                    100,
                    i <= 3 ? RunReport.Engine.layerByLayer("no <i> convolution") : RunReport.Engine.ONEDNN));
        }
        return new RunReport.Training(epochs, 2400, 10245, 23_597_957, 2, 5, "exact", List.of("leaves out <2>"));
    }

    /** The quality of a dataset with every possible problem. */
    static DataQuality quality(List<String> labels) {
        Map<String, Map<String, Long>> pictures = new LinkedHashMap<>();
        for (String split : List.of("train", "validation", "test")) {
            Map<String, Long> perLabel = new LinkedHashMap<>();
            labels.forEach(label -> perLabel.put(label, 10L + label.length() % 40));
            pictures.put(split, perLabel);
        }
        return new DataQuality(
                pictures,
                Map.of("CORRUPT", 3L, "TRUNCATED", 1L),
                List.of(new DataQuality.Rejection(HOSTILE.get(0) + ".jpg", "CORRUPT", "it is <b>damaged</b>")),
                2,
                4,
                Map.of("test like train", 7L),
                List.of("a/" + HOSTILE.get(1) + " like b/2.jpg"),
                false,
                1);
    }

    /** A report with all parts. */
    public static RunReport report(String kind, List<String> labels) {
        return new RunReport(
                kind,
                "done",
                "2026-01-01T00:00:00Z",
                61.5,
                new RunReport.Provenance(
                        "0.1.0",
                        "abc",
                        "17",
                        "3.5.5",
                        "M2.1",
                        "local[2]",
                        "DL4J",
                        42,
                        Map.of("run", "file:/r"),
                        "s",
                        "f"),
                new RunReport.Data(480, 4, Map.of("train", 400L, "validation", 80L), null, 2L, 4L, quality(labels)),
                training(),
                null,
                evaluation(labels),
                null,
                new RunReport.Throughput(480, 20, 24, 12, 30, 1, null),
                Map.of("report", "file:/my runs/it's/report.html"));
    }
}
