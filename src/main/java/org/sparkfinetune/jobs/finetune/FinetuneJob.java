package org.sparkfinetune.jobs.finetune;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.jobs.model.CheckedOnnx;
import org.sparkfinetune.jobs.model.RunFolder;
import org.sparkfinetune.jobs.pictures.DatasetQuality;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.onnx.OnnxDescription;
import org.sparkfinetune.zoo.onnx.OnnxInput;

/**
 * Cuts a network in two, runs the lower part over the pictures once, trains the upper part on its activations, and
 * joins both again; with stages, once for each.
 */
final class FinetuneJob implements Job {
    private final FinetuneRecipe recipe;
    private final JobContext context;
    private final JobReport report;
    private final JobOutput output;

    FinetuneJob(FinetuneRecipe recipe, JobContext context) {
        this.recipe = recipe;
        this.context = context;
        this.report = new JobReport(context, recipe.kind(), recipe.tuning().seed());
        this.output = new JobOutput(
                context, recipe.output(), List.of(JobOutput.RECIPE, RunFolder.MODEL), List.of(RunFolder.CHECKPOINTS));
    }

    @Override
    public RunReport run() {
        try (output) {
            TrainingSetup setup = TrainingSetup.of(recipe, context);
            String fingerprint = setup.fingerprint(recipe.comparable());
            Optional<RunReport> finished = output.finished(fingerprint, recipe.overwrite());
            if (finished.isPresent()) {
                return finished.get();
            }
            StageFeatures features = setup.begin(context, report, output, fingerprint);
            ComputationGraph whole = setup.whole();
            TrainingJournal journal = new TrainingJournal(
                    context, recipe, output.published(RunFolder.CHECKPOINTS), setup.fingerprint(recipe.endless()));
            RunReport.Training training = new StagedTraining(context, setup, features, journal).trainAllStages(whole);
            BestEpochEvaluation best = new BestEpochEvaluation(context, setup, features);
            TrainingStage stage = setup.stages().get(journal.stageOf(training.bestEpoch()) - 1);
            Optional<RunReport.Evaluation> evaluation = best.of(whole, stage);
            report.training(training).evaluation(evaluation.orElse(null));
            writeModel(setup, whole);
            return publish(setup.description(), evaluation.map(best::thumbnails).orElse(Map.of()));
        }
    }

    private void writeModel(TrainingSetup setup, ComputationGraph whole) {
        ModelCard card = setup.start().card();
        DatasetDescription description = setup.description();
        Path model = output.staged(RunFolder.MODEL);
        RunFolder.writeModel(context.files(model), model, whole, card, description.labelNames());
        writeOnnx(model, whole, card, description.labelNames());
        context.files(model).writeText(output.staged(JobOutput.RECIPE), YamlFile.write(recipe));
    }

    private RunReport publish(DatasetDescription description, Map<String, byte[]> thumbnails) {
        Map<String, Long> perSplit = new LinkedHashMap<>();
        for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
            perSplit.put(split.key(), description.pictures(split));
        }
        long examples = perSplit.values().stream().mapToLong(Long::longValue).sum();
        RunReport done = report.data(new RunReport.Data(
                        examples, 0, perSplit, null, null, null, DatasetQuality.of(description, null)))
                .output("model", output.published(RunFolder.MODEL))
                .output("report", output.published(JobOutput.HTML))
                .done();
        output.finish(done, thumbnails);
        return done;
    }

    /** Writes the network as ONNX too; a network that ONNX cannot express is reported and is a result nevertheless. */
    private void writeOnnx(Path model, ComputationGraph whole, ModelCard card, List<String> labels) {
        Path file = new Path(model, RunFolder.ONNX);
        OnnxDescription description = new OnnxDescription(card.name(), card.input(), labels, OnnxInput.FLOAT);
        try {
            context.progress().tell(CheckedOnnx.write(context.files(file), file, whole, description));
        } catch (InvalidRequestException e) {
            context.progress().tell("no " + RunFolder.ONNX + ": " + e.getMessage());
        }
    }
}
