package org.sparkfinetune.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What a job did, as {@code report.json}. Other programs rely on these keys: add, never rename. Parts that do not apply
 * to a kind of job are absent.
 *
 * @param kind kind of job: shard, finetune, lr-find, evaluate, extract, similar, export
 * @param status {@code done} when the output is complete
 * @param startedAt ISO 8601, UTC
 * @param outputs paths of the written outputs by name
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
     * @param engine Deeplearning4j's native backend, and the engine that ran the network over the pictures
     * @param inputs path and fingerprint of each input by name
     * @param fingerprint of everything that determines the result; equal fingerprints mean equal results
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
     * Pictures used and rejected.
     *
     * @param perSplit number of examples by split
     * @param perLabel number of examples by label name
     * @param quality quality of the dataset that the pictures belong to
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
     * @param warnings warnings given before training began; absent when there were none
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
     * @param stage stage of gradual unfreezing, 1-based; 1 without gradual unfreezing
     * @param learningRate of the head, at the beginning of the epoch
     * @param loss mean over the examples, measured while training
     * @param seconds wall time of the epoch; that of the first epoch includes {@code trunkSeconds}
     * @param trunkSeconds wall time spent on computing the trunk's activations, 0 when they were cached
     * @param bytesPerRound bytes sent by one worker: parameters and updater state
     * @param engine training engine; absent in reports of older versions
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
     * The training engine.
     *
     * @param name onednn: one program of oneDNN calls for a whole step; deeplearning4j: its layers, one after the other
     * @param reason why it is deeplearning4j; absent otherwise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Engine(String name, String reason) {
        /** One oneDNN program for each step. */
        public static final Engine ONEDNN = new Engine("onednn", null);

        /** Deeplearning4j, with the reason for it. */
        public static Engine layerByLayer(String reason) {
            return new Engine("deeplearning4j", reason);
        }

        /** The engine in words, for people. */
        String inWords() {
            return name.equals(ONEDNN.name())
                    ? "one program of oneDNN calls"
                    : "Deeplearning4j, layer by layer (" + reason + ")";
        }
    }

    /**
     * Short trainings side by side, one for each learning rate.
     *
     * @param steps minibatches for each rate
     * @param batchSize examples in a minibatch
     * @param candidates from the lowest rate to the highest
     * @param suggestion lowest rate whose validation loss (training loss without a validation split) is nearly the
     *     lowest
     */
    public record LearningRateSearch(int steps, int batchSize, List<RateCandidate> candidates, double suggestion) {}

    /** A learning rate that was tried; its figures are absent when training diverged. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RateCandidate(
            double learningRate, boolean diverged, Double loss, Double validationLoss, Double validationAccuracy) {}

    /**
     * Quality on one split. Ratios are 0 to 1.
     *
     * @param expectedCalibrationError over 15 equal bins of confidence (Guo et al. 2017, arXiv:1706.04599)
     * @param confusionMatrix rows are the true labels, columns the predicted ones
     * @param reliability bins of the calibration error, lowest confidence first; absent in reports of older versions
     * @param mistakes most confident first, at most {@value Scorecard#MISTAKES}; absent in reports of older versions
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
        /** Returns a copy with other paths for the pictures of the mistakes. */
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

        /** Returns the name of a class, given its 0-based label. */
        public String labelName(int label) {
            return perClass.get(label).labelName();
        }

        /** Returns the pairs of classes that are confused most often, most frequent first, at most {@code most}. */
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
     * @param label true class, 0-based
     * @param predicted predicted class, 0-based
     */
    public record Confusion(int label, int predicted, long pictures) {}

    /**
     * Pictures whose highest probability is at least {@code from} and below {@code to}; the last bin includes 1.
     *
     * @param confidence mean of their highest probabilities, 0 without pictures
     * @param accuracy fraction of them classified correctly, 0 without pictures
     */
    public record ReliabilityBin(double from, double to, long examples, double confidence, double accuracy) {}

    /**
     * A picture that was taken for another class.
     *
     * @param label true class
     * @param probability of the predicted class
     */
    public record Mistake(
            String path, int label, String labelName, int predicted, String predictedName, double probability) {
        private Mistake at(String other) {
            return new Mistake(other, label, labelName, predicted, predictedName, probability);
        }
    }

    /** Quality on one class; a ratio whose denominator is 0 is 0. */
    public record PerClass(int label, String labelName, long examples, double precision, double recall, double f1) {}

    /**
     * How similar pictures are. Figures about duplicates are absent when the job did not search for them.
     *
     * @param queries number of pictures whose neighbours were searched for
     * @param neighbours maximum number of neighbours of each
     * @param metric cosine or euclidean
     * @param duplicates minimum cosine similarity of near duplicates
     * @param duplicatePairs number of pairs of near duplicates
     * @param groups number of groups that these pairs connect
     * @param picturesInGroups number of pictures in all groups together
     * @param largestGroup number of pictures in the largest group, 0 without groups
     * @param comparedPairs number of pairs compared
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
     * Speed: wall seconds of the whole pass, and the sum over all tasks of the seconds spent on each step.
     *
     * @param takenOver number of pictures beside {@code images} whose result was reused because their content was
     *     known; absent in jobs that do not look for known contents
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
