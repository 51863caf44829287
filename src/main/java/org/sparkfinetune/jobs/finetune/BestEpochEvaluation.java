package org.sparkfinetune.jobs.finetune;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.jobs.examples.DatasetExamples;
import org.sparkfinetune.jobs.pictures.Thumbnails;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.Scorecard;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;

/**
 * Evaluates the model of a run on the split that chose its best epoch. Reads the activations if they are kept, so that
 * no picture is decoded.
 *
 * @param features features that the run was trained on
 */
record BestEpochEvaluation(JobContext context, TrainingSetup setup, StageFeatures features) {

    /**
     * Returns the figures; empty when the split has no pictures.
     *
     * @param whole network with the parameters of the best epoch
     * @param stage stage of the best epoch
     */
    Optional<RunReport.Evaluation> of(ComputationGraph whole, TrainingStage stage) {
        if (setup.description().pictures(Split.VALIDATION) == 0) {
            return Optional.empty();
        }
        context.progress().doing("evaluate the best epoch on held-out examples");
        NetworkCut cut = stage.cut(whole);
        ComputationGraph tail = setup.tail(cut, stage.layerDecay(), stage.learningRate());
        List<String> labels = setup.description().labelNames();
        int batchSize = setup.recipe().tuning().training().batchSizePerWorker();
        // Silent: everything about the features was reported when they were trained on.
        JobContext quiet = new JobContext(context.spark(), Progress.silent());
        StageFeatures again = new StageFeatures(quiet, features.report(), setup, features.parent());
        try (StageFeatures.Ready<?> examples = again.ofEpochs(stage, cut)) {
            return examples.heldOut()
                    .scorecard(context, tail, batchSize, labels)
                    .map(this::withPaths);
        } finally {
            Networks.release(tail);
        }
    }

    private RunReport.Evaluation withPaths(Scorecard scorecard) {
        RunReport.Evaluation numbered = scorecard.evaluation(Split.VALIDATION.key());
        Set<Long> numbers = numbered.mistakes().stream()
                .map(mistake -> Long.parseLong(mistake.path()))
                .collect(Collectors.toSet());
        if (numbers.isEmpty()) {
            return numbered;
        }
        try (DatasetExamples pictures = new DatasetExamples(context, setup.dataset(), Split.VALIDATION)) {
            Map<Long, String> paths = pictures.paths(numbers);
            return numbered.withPaths(number -> paths.get(Long.parseLong(number)));
        }
    }

    /** Thumbnails of the mistakes. */
    Map<String, byte[]> thumbnails(RunReport.Evaluation evaluation) {
        return new Thumbnails(context, setup.dataset(), Split.VALIDATION).of(evaluation.mistakes());
    }
}
