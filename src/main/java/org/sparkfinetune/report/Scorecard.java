package org.sparkfinetune.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Counts predictions against true labels, picture by picture, in memory that does not grow with the number of pictures.
 * {@link #merge} joins separate counts. The figures depend neither on the way the pictures were divided nor on their
 * order. Not thread-safe.
 */
public final class Scorecard implements Serializable {
    /** Maximum number of the most confident mistakes that are kept. */
    public static final int MISTAKES = 24;

    private static final long serialVersionUID = 1L;
    private static final int CONFIDENCE_BINS = 15;
    public static final int TOP = 5;
    /** Confidences are summed as integer multiples of this unit, so the sum is the same in any order. */
    private static final double CONFIDENCE_UNIT = 1.0 / (1L << 32);

    private final ArrayList<String> labelNames;
    private final long[][] confusion;
    private final long[] binExamples = new long[CONFIDENCE_BINS];
    private final long[] binCorrect = new long[CONFIDENCE_BINS];
    private final long[] binConfidence = new long[CONFIDENCE_BINS];
    private final WorstMistakes mistakes = new WorstMistakes(MISTAKES);
    private long topHits;

    /** @param labelNames in the order of the network's output */
    public Scorecard(List<String> labelNames) {
        this.labelNames = new ArrayList<>(labelNames);
        this.confusion = new long[labelNames.size()][labelNames.size()];
    }

    /**
     * Counts one picture.
     *
     * @param picture path or another unique name
     * @param label true label, 0-based
     * @param probabilities one for each class, summing to 1
     */
    public void count(String picture, int label, float[] probabilities) {
        if (probabilities.length != labelNames.size()) {
            throw new IllegalArgumentException(
                    probabilities.length + " probabilities for " + labelNames.size() + " classes");
        }
        int predicted = argMax(probabilities);
        confusion[label][predicted]++;
        float own = probabilities[label];
        long better = IntStream.range(0, probabilities.length)
                .filter(other -> probabilities[other] > own || (probabilities[other] == own && other < label))
                .count();
        topHits += better < TOP ? 1 : 0;
        float confidence = probabilities[predicted];
        int bin = Math.max(0, Math.min(CONFIDENCE_BINS - 1, (int) (confidence * CONFIDENCE_BINS)));
        binExamples[bin]++;
        binConfidence[bin] += Math.round(confidence / CONFIDENCE_UNIT);
        binCorrect[bin] += predicted == label ? 1 : 0;
        if (predicted != label) {
            mistakes.add(new WorstMistakes.Seen(picture, label, predicted, confidence));
        }
    }

    /**
     * Adds the counts of another scorecard with the same labels.
     *
     * @return this scorecard
     */
    public Scorecard merge(Scorecard other) {
        for (int label = 0; label < confusion.length; label++) {
            add(confusion[label], other.confusion[label]);
        }
        add(binExamples, other.binExamples);
        add(binCorrect, other.binCorrect);
        add(binConfidence, other.binConfidence);
        topHits += other.topHits;
        other.mistakes.seen().forEach(mistakes::add);
        return this;
    }

    private static void add(long[] sums, long[] more) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += more[i];
        }
    }

    /** Returns the label with the highest probability; of equal ones the lowest label. */
    public static int argMax(float[] probabilities) {
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            best = probabilities[i] > probabilities[best] ? i : best;
        }
        return best;
    }

    /** Returns the figures so far; before any picture is counted, every ratio is 0. */
    public RunReport.Evaluation evaluation(String split) {
        long examples = 0;
        long correct = 0;
        double f1Sum = 0;
        List<RunReport.PerClass> perClass = new ArrayList<>();
        for (int label = 0; label < labelNames.size(); label++) {
            RunReport.PerClass figures = perClass(label);
            perClass.add(figures);
            examples += figures.examples();
            correct += confusion[label][label];
            f1Sum += figures.f1();
        }
        return new RunReport.Evaluation(
                split,
                examples,
                ratio(correct, examples),
                ratio(topHits, examples),
                ratio(f1Sum, labelNames.size()),
                expectedCalibrationError(examples),
                perClass,
                confusion,
                reliability(),
                mistakes.seen().stream().map(this::named).toList());
    }

    private RunReport.PerClass perClass(int label) {
        long actual = 0;
        long predicted = 0;
        for (int other = 0; other < labelNames.size(); other++) {
            actual += confusion[label][other];
            predicted += confusion[other][label];
        }
        double precision = ratio(confusion[label][label], predicted);
        double recall = ratio(confusion[label][label], actual);
        double f1 = ratio(2 * precision * recall, precision + recall);
        return new RunReport.PerClass(label, labelNames.get(label), actual, precision, recall, f1);
    }

    private RunReport.Mistake named(WorstMistakes.Seen mistake) {
        return new RunReport.Mistake(
                mistake.picture(),
                mistake.label(),
                labelNames.get(mistake.label()),
                mistake.predicted(),
                labelNames.get(mistake.predicted()),
                mistake.probability());
    }

    private List<RunReport.ReliabilityBin> reliability() {
        return IntStream.range(0, CONFIDENCE_BINS)
                .mapToObj(bin -> new RunReport.ReliabilityBin(
                        bin / (double) CONFIDENCE_BINS,
                        (bin + 1) / (double) CONFIDENCE_BINS,
                        binExamples[bin],
                        ratio(confidence(bin), binExamples[bin]),
                        ratio(binCorrect[bin], binExamples[bin])))
                .toList();
    }

    private double confidence(int bin) {
        return binConfidence[bin] * CONFIDENCE_UNIT;
    }

    private double expectedCalibrationError(long examples) {
        double error = 0;
        for (int bin = 0; bin < CONFIDENCE_BINS; bin++) {
            error += ratio(Math.abs(binCorrect[bin] - confidence(bin)), examples);
        }
        return error;
    }

    private static double ratio(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }

    /**
     * The most confident mistakes among any number of pictures; only these are in memory. The result does not depend on
     * their order.
     */
    private static final class WorstMistakes implements Serializable {
        private static final long serialVersionUID = 1L;
        private static final Comparator<Seen> WORST_FIRST =
                Comparator.comparingDouble(Seen::probability).reversed().thenComparing(Seen::picture);

        private final int most;
        /** Sorted. */
        private final ArrayList<Seen> seen = new ArrayList<>();

        /** A mistake, with 0-based labels. */
        record Seen(String picture, int label, int predicted, float probability) implements Serializable {}

        /** @param most maximum number of mistakes that are kept */
        WorstMistakes(int most) {
            this.most = most;
        }

        /** Keeps a mistake when it is among the worst; one whose probability is NaN never is. */
        void add(Seen mistake) {
            if (Float.isNaN(mistake.probability())
                    || seen.size() == most && WORST_FIRST.compare(mistake, seen.get(most - 1)) >= 0) {
                return;
            }
            int place = 0;
            while (place < seen.size() && WORST_FIRST.compare(seen.get(place), mistake) <= 0) {
                place++;
            }
            seen.add(place, mistake);
            if (seen.size() > most) {
                seen.remove(most);
            }
        }

        /** Returns the mistakes, worst first. */
        List<Seen> seen() {
            return List.copyOf(seen);
        }
    }
}
