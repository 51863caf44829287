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
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.jobs.finetune.options.TrainingOptions;
import org.sparkfinetune.jobs.model.CheckedOnnx;
import org.sparkfinetune.jobs.model.RunFolder;
import org.sparkfinetune.jobs.pictures.DatasetQuality;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.onnx.OnnxDescription;
import org.sparkfinetune.zoo.onnx.OnnxInput;

/**
 * Cuts a network in two, runs the lower part over the pictures once, trains the upper part on what comes out, and puts both
 * together again; with stages, once for each.
 */
final class FinetuneJob {
    private final FinetuneRecipe recipe;
    private final JobContext context;
    private final JobReport report;
    private final JobOutput output;

    FinetuneJob(FinetuneRecipe recipe, JobContext context) {
        this.recipe = recipe;
        this.context = context;
        this.report = new JobReport(context, recipe.kind(), recipe.seed());
        this.output = new JobOutput(
                context, recipe.output(), List.of(JobOutput.RECIPE, RunFolder.MODEL), List.of(RunFolder.CHECKPOINTS));
    }

    RunReport run() {
        return new TuningJob(recipe, context, report, output).run(YamlFile.write(comparable(recipe)), this::train);
    }

    private RunReport train(TrainingSetup setup, StageFeatures features) {
        ComputationGraph whole = setup.whole();
        TrainingJournal journal = new TrainingJournal(
                context,
                recipe,
                output.published(RunFolder.CHECKPOINTS),
                setup.fingerprint(YamlFile.write(endless(recipe))));
        RunReport.Training training = new TailTraining(context, setup, features, journal).train(whole);
        BestEpochEvaluation best = new BestEpochEvaluation(context, setup, features);
        Stage stage = setup.stages().get(journal.stageOf(training.bestEpoch()) - 1);
        Optional<RunReport.Evaluation> evaluation = best.of(whole, stage);
        report.training(training).evaluation(evaluation.orElse(null));
        writeModel(setup, whole);
        return publish(setup.description(), evaluation.map(best::thumbnails).orElse(Map.of()));
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
        perSplit.put(DatasetSchema.TRAIN, description.pictures(DatasetSchema.TRAIN));
        perSplit.put(DatasetSchema.VALIDATION, description.pictures(DatasetSchema.VALIDATION));
        long examples = perSplit.values().stream().mapToLong(Long::longValue).sum();
        RunReport done = report.data(new RunReport.Data(
                        examples, 0, perSplit, null, null, null, DatasetQuality.of(description, null)))
                .output("model", output.published(RunFolder.MODEL))
                .output("report", output.published(JobOutput.HTML))
                .done();
        output.finish(done, thumbnails);
        return done;
    }

    /** A network that ONNX cannot express is a result all the same; it is told. */
    private void writeOnnx(Path model, ComputationGraph whole, ModelCard card, List<String> labels) {
        Path file = new Path(model, RunFolder.ONNX);
        OnnxDescription description = new OnnxDescription(card.name(), card.input(), labels, OnnxInput.FLOAT);
        try {
            context.progress().tell(CheckedOnnx.write(context.files(file), file, whole, description));
        } catch (InvalidRequestException e) {
            context.progress().tell("no " + RunFolder.ONNX + ": " + e.getMessage());
        }
    }

    /** The recipe without what does not change the result. */
    private static FinetuneRecipe comparable(FinetuneRecipe recipe) {
        return recipe.with("", "", recipe.training());
    }

    /** The recipe without the number of epochs, where a longer training may go on from a shorter one. */
    private static FinetuneRecipe endless(FinetuneRecipe recipe) {
        TrainingOptions training = recipe.training();
        return recipe.with("", "", training.schedule().dependsOnLength() ? training : training.withEpochs(1));
    }
}
