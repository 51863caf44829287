package org.sparkfinetune.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Counts predictions against true labels, one picture after the other, in memory that does not grow with their number. Not
 * thread-safe.
 */
public final class Scorecard {
    private static final int CONFIDENCE_BINS = 15;
    private static final int TOP = 5;

    private final List<String> labelNames;
    private final long[][] confusion;
    private final long[] binExamples = new long[CONFIDENCE_BINS];
    private final long[] binCorrect = new long[CONFIDENCE_BINS];
    private final double[] binConfidence = new double[CONFIDENCE_BINS];
    private long topHits;

    /** @param labelNames in the order of the network's output */
    public Scorecard(List<String> labelNames) {
        this.labelNames = List.copyOf(labelNames);
        this.confusion = new long[labelNames.size()][labelNames.size()];
    }

    /**
     * Counts one picture.
     *
     * @param label the true one, 0-based
     * @param probabilities one a class, summing to 1
     */
    public void count(int label, float[] probabilities) {
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
        int bin = Math.min(CONFIDENCE_BINS - 1, (int) (probabilities[predicted] * CONFIDENCE_BINS));
        binExamples[bin]++;
        binConfidence[bin] += probabilities[predicted];
        binCorrect[bin] += predicted == label ? 1 : 0;
    }

    /** The label of the greatest probability; the lowest of equal ones. */
    public static int argMax(float[] probabilities) {
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            best = probabilities[i] > probabilities[best] ? i : best;
        }
        return best;
    }

    /** The figures so far; with no picture counted every ratio is 0. */
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
                confusion);
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

    private double expectedCalibrationError(long examples) {
        double error = 0;
        for (int bin = 0; bin < CONFIDENCE_BINS; bin++) {
            error += ratio(Math.abs(binCorrect[bin] - binConfidence[bin]), examples);
        }
        return error;
    }

    private static double ratio(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
