package org.sparkfinetune.jobs.finetune;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.jobs.examples.DatasetExamples;
import org.sparkfinetune.jobs.examples.NumberedCount;
import org.sparkfinetune.jobs.pictures.Thumbnails;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.Scorecard;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;

/**
 * What the model of a run makes of the split that chose its best epoch. Where activations are kept they are what it reads: no
 * picture is decoded for the figures.
 *
 * @param features that the run was trained on
 */
record BestEpochEvaluation(JobContext context, TrainingSetup setup, StageFeatures features) {

    /**
     * The figures; nothing when the split has no pictures.
     *
     * @param whole network with the parameters of the best epoch
     * @param stage that the best epoch belongs to
     */
    Optional<RunReport.Evaluation> of(ComputationGraph whole, Stage stage) {
        if (setup.description().pictures(DatasetSchema.VALIDATION) == 0) {
            return Optional.empty();
        }
        context.progress().doing("look at the best epoch's mistakes on held-out examples");
        NetworkCut cut = TailTraining.cut(whole, stage);
        ComputationGraph tail = setup.tail(cut, stage.layerDecay(), stage.learningRate());
        List<String> labels = setup.description().labelNames();
        int batchSize = setup.recipe().training().batchSizePerWorker();
        // All that is to say of the features was said when they were trained on.
        JobContext quiet = new JobContext(context.spark(), Progress.silent());
        StageFeatures again = new StageFeatures(quiet, features.report(), setup, features.parent());
        try (StageFeatures.Ready<?> examples = again.ofEpochs(stage, cut)) {
            return examples.heldOut()
                    .count(context, tail, batchSize, NumberedCount.Empty.of(labels))
                    .map(this::withPaths);
        } finally {
            Networks.release(tail);
        }
    }

    private RunReport.Evaluation withPaths(Scorecard scorecard) {
        RunReport.Evaluation numbered = scorecard.evaluation(DatasetSchema.VALIDATION);
        Set<Long> numbers = numbered.mistakes().stream()
                .map(mistake -> Long.parseLong(mistake.path()))
                .collect(Collectors.toSet());
        if (numbers.isEmpty()) {
            return numbered;
        }
        try (DatasetExamples pictures = new DatasetExamples(context, setup.dataset(), DatasetSchema.VALIDATION)) {
            Map<Long, String> paths = pictures.paths(numbers);
            return numbered.withPaths(number -> paths.get(Long.parseLong(number)));
        }
    }

    /** Small pictures of the mistakes. */
    Map<String, byte[]> thumbnails(RunReport.Evaluation evaluation) {
        return new Thumbnails(context, setup.dataset(), DatasetSchema.VALIDATION).of(evaluation.mistakes());
    }
}
