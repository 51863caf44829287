package org.sparkfinetune.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What a job did, as {@code report.json}. Other programs rely on these keys: add, never rename. Parts that a kind of job does
 * not have are absent.
 *
 * @param kind of the job: shard, finetune, lr-find, evaluate, extract, similar, export
 * @param status {@code done} when the output is whole
 * @param startedAt ISO 8601, UTC
 * @param outputs what was written, name to path
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunReport(
        String kind,
        String status,
        String startedAt,
        double durationSeconds,
        Provenance provenance,
        Data data,
        Training training,
        LearningRateSearch learningRateSearch,
        Evaluation evaluation,
        Similarity similarity,
        Throughput throughput,
        Map<String, String> outputs) {

    /**
     * How the result was made.
     *
     * @param git commit of the build, {@code unknown} outside a repository
     * @param cluster Spark master, executors and engine in words
     * @param engine Deeplearning4j's natives, and who ran the network over the pictures
     * @param inputs name to path and fingerprint
     * @param fingerprint of everything that decided the result; equal fingerprints, equal results
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Provenance(
            String version,
            String git,
            String java,
            String spark,
            String dl4j,
            String cluster,
            String engine,
            long seed,
            Map<String, String> inputs,
            String weightsSha256,
            String fingerprint) {}

    /**
     * Pictures used and refused.
     *
     * @param perSplit split to examples
     * @param perLabel label name to examples
     * @param quality of the dataset that they are of
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Data(
            long examples,
            long rejected,
            Map<String, Long> perSplit,
            Map<String, Long> perLabel,
            Long duplicates,
            Long conflicts,
            DataQuality quality) {
        /** Without the quality of a dataset. */
        public Data(
                long examples,
                long rejected,
                Map<String, Long> perSplit,
                Map<String, Long> perLabel,
                Long duplicates,
                Long conflicts) {
            this(examples, rejected, perSplit, perLabel, duplicates, conflicts, null);
        }
    }

    /**
     * The course of training.
     *
     * @param examplesTrained over all epochs
     * @param trainer exact or dl4j
     * @param warnings what the user was warned of before it began; absent when there was nothing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Training(
            List<Epoch> epochs,
            long examplesTrained,
            long trainableParameters,
            long totalParameters,
            Integer resumedFromEpoch,
            int bestEpoch,
            String trainer,
            List<String> warnings) {}

    /**
     * One epoch, 1-based.
     *
     * @param stage of gradual unfreezing, 1-based; 1 without it
     * @param learningRate of the head, at the beginning of the epoch
     * @param loss mean over the examples, measured while training
     * @param seconds wall time of the epoch; that of the first one holds {@code trunkSeconds} too
     * @param trunkSeconds wall time spent on computing the trunk's activations, 0 when they were cached
     * @param bytesPerRound from one worker, parameters and updater state
     * @param engine that trained; absent in reports of older versions
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Epoch(
            int epoch,
            int stage,
            double learningRate,
            long examples,
            int rounds,
            double loss,
            Double accuracy,
            Double validationLoss,
            Double validationAccuracy,
            double seconds,
            double trunkSeconds,
            double imagesPerSecond,
            long bytesPerRound,
            Engine engine) {}

    /**
     * Who trains.
     *
     * @param name onednn: one program of oneDNN calls for a whole step; deeplearning4j: its layers, one after the other
     * @param reason why it is deeplearning4j, else absent
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Engine(String name, String reason) {
        /** One program for a step. */
        public static final Engine ONEDNN = new Engine("onednn", null);

        /** Deeplearning4j, for a reason. */
        public static Engine layerByLayer(String reason) {
            return new Engine("deeplearning4j", reason);
        }

        /** For people. */
        String inWords() {
            return name.equals(ONEDNN.name())
                    ? "one program of oneDNN calls"
                    : "Deeplearning4j, layer by layer (" + reason + ")";
        }
    }

    /**
     * Short trainings side by side, one a learning rate.
     *
     * @param steps minibatches of each
     * @param batchSize examples in a minibatch
     * @param candidates from the lowest rate to the highest
     * @param suggestion the lowest rate whose validation loss, or training loss when nothing was held out, is nearly the lowest
     */
    public record LearningRateSearch(int steps, int batchSize, List<RateCandidate> candidates, double suggestion) {}

    /** One of them; figures are absent when it diverged. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RateCandidate(
            double learningRate, boolean diverged, Double loss, Double validationLoss, Double validationAccuracy) {}

    /**
     * Quality on one split. Ratios are 0 to 1.
     *
     * @param expectedCalibrationError 15 equal bins of confidence (Guo et al. 2017, arXiv:1706.04599)
     * @param confusionMatrix rows are the true labels, columns the predicted ones
     * @param reliability the bins of the calibration error, lowest confidence first; absent in reports of older versions
     * @param mistakes the most confident ones first, at most {@value Scorecard#MISTAKES}; absent in reports of older versions
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Evaluation(
            String split,
            long examples,
            double accuracy,
            double top5Accuracy,
            double macroF1,
            double expectedCalibrationError,
            List<PerClass> perClass,
            long[][] confusionMatrix,
            List<ReliabilityBin> reliability,
            List<Mistake> mistakes) {
        /** The same with other names for the pictures of the mistakes. */
        public Evaluation withPaths(UnaryOperator<String> path) {
            return new Evaluation(
                    split,
                    examples,
                    accuracy,
                    top5Accuracy,
                    macroF1,
                    expectedCalibrationError,
                    perClass,
                    confusionMatrix,
                    reliability,
                    mistakes.stream()
                            .map(mistake -> mistake.at(path.apply(mistake.path())))
                            .toList());
        }

        /** The name of a class, 0-based. */
        public String labelName(int label) {
            return perClass.get(label).labelName();
        }

        /** The pairs of classes that are confused most often, most frequent first; at most so many. */
        public List<Confusion> mostConfused(int most) {
            List<Confusion> pairs = new ArrayList<>();
            for (int label = 0; label < confusionMatrix.length; label++) {
                for (int predicted = 0; predicted < confusionMatrix.length; predicted++) {
                    if (label != predicted && confusionMatrix[label][predicted] > 0) {
                        pairs.add(new Confusion(label, predicted, confusionMatrix[label][predicted]));
                    }
                }
            }
            pairs.sort(Comparator.comparingLong(Confusion::pictures).reversed());
            return List.copyOf(pairs.subList(0, Math.min(most, pairs.size())));
        }
    }

    /**
     * Pictures of one class that were taken for another.
     *
     * @param label the true class, 0-based
     * @param predicted the class they were taken for, 0-based
     */
    public record Confusion(int label, int predicted, long pictures) {}

    /**
     * Pictures whose greatest probability is at least {@code from} and below {@code to}, the last bin with 1.
     *
     * @param confidence mean of their greatest probabilities, 0 without pictures
     * @param accuracy share of them that is right, 0 without pictures
     */
    public record ReliabilityBin(double from, double to, long examples, double confidence, double accuracy) {}

    /**
     * A picture that was taken for another class.
     *
     * @param label the true one
     * @param probability of the predicted one
     */
    public record Mistake(
            String path, int label, String labelName, int predicted, String predictedName, double probability) {
        private Mistake at(String other) {
            return new Mistake(other, label, labelName, predicted, predictedName, probability);
        }
    }

    /** Quality on one class; a ratio with nothing to divide by is 0. */
    public record PerClass(int label, String labelName, long examples, double precision, double recall, double f1) {}

    /**
     * How alike pictures are. What concerns duplicates is absent when none were looked for.
     *
     * @param queries pictures whose neighbours were looked for
     * @param neighbours of each, at most
     * @param metric cosine or euclidean
     * @param duplicates cosine similarity from which on two pictures are near duplicates
     * @param duplicatePairs pairs of pictures that are
     * @param groups that these pairs connect
     * @param picturesInGroups in all of them
     * @param largestGroup pictures of the largest, 0 without one
     * @param comparedPairs pairs of pictures that were compared
     * @param seconds wall time of comparing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Similarity(
            long queries,
            int neighbours,
            String metric,
            Double duplicates,
            Long duplicatePairs,
            Long groups,
            Long picturesInGroups,
            Long largestGroup,
            long comparedPairs,
            double seconds,
            double pairsPerSecond) {}

    /**
     * Speed: wall seconds of the whole pass, and the sum over all tasks of what they spent on each step.
     *
     * @param takenOver pictures beside {@code images} whose content was known already; absent in jobs that do not look for them
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Throughput(
            long images,
            double seconds,
            double imagesPerSecond,
            double decodeSeconds,
            double forwardSeconds,
            double writeSeconds,
            Long takenOver) {}
}
