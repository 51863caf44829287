package org.sparkfinetune.jobs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.DatasetDescription;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.zoo.ModelCard;
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
                context, recipe.output(), List.of(RunFolder.RECIPE, RunFolder.MODEL), List.of(RunFolder.CHECKPOINTS));
    }

    RunReport run() {
        try (output) {
            return work();
        }
    }

    private RunReport work() {
        TrainingSetup setup = TrainingSetup.of(recipe, context);
        String fingerprint = setup.fingerprint(YamlFile.write(comparable(recipe)));
        Optional<RunReport> finished = output.finished(fingerprint, recipe.overwrite());
        if (finished.isPresent()) {
            return finished.get();
        }
        output.begin();
        report.checkEngine();
        report.fingerprint(fingerprint).began(setup);
        ComputationGraph whole = setup.whole();
        StageFeatures features = new StageFeatures(
                context, report, setup, new Path(output.folder().getParent(), StageFeatures.FOLDER));
        TrainingJournal journal = new TrainingJournal(
                context,
                recipe,
                output.published(RunFolder.CHECKPOINTS),
                setup.fingerprint(YamlFile.write(endless(recipe))));
        RunReport.Training training = new TailTraining(context, setup, features, journal).train(whole);
        return publish(setup.description(), setup.start().card(), whole, training);
    }

    private RunReport publish(
            DatasetDescription description, ModelCard card, ComputationGraph whole, RunReport.Training training) {
        Path model = output.staged(RunFolder.MODEL);
        RunFolder.writeModel(context.files(model), model, whole, card, description.labelNames());
        writeOnnx(model, whole, card, description.labelNames());
        context.files(model).writeText(output.staged(RunFolder.RECIPE), YamlFile.write(recipe));
        Map<String, Long> perSplit = new LinkedHashMap<>();
        perSplit.put(DatasetSchema.TRAIN, description.pictures(DatasetSchema.TRAIN));
        perSplit.put(DatasetSchema.VALIDATION, description.pictures(DatasetSchema.VALIDATION));
        long examples = perSplit.values().stream().mapToLong(Long::longValue).sum();
        RunReport done = report.data(new RunReport.Data(examples, 0, perSplit, null, null, null))
                .training(training)
                .output("model", output.published(RunFolder.MODEL))
                .output("report", output.published(JobOutput.HTML))
                .done();
        output.finish(done);
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
