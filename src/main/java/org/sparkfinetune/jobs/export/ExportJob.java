package org.sparkfinetune.jobs.export;

import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.jobs.model.CheckedOnnx;
import org.sparkfinetune.jobs.model.RunFolder;
import org.sparkfinetune.jobs.model.SourceModel;
import org.sparkfinetune.jobs.run.Fingerprint;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.onnx.OnnxDescription;
import org.sparkfinetune.zoo.onnx.OnnxExport;

/** Writes a network, or its part up to a layer, as an ONNX file. */
final class ExportJob implements Job {
    private final ExportRecipe recipe;
    private final JobContext context;
    private final JobReport report;
    private final JobOutput output;

    ExportJob(ExportRecipe recipe, JobContext context) {
        this.recipe = recipe;
        this.context = context;
        this.report = new JobReport(context, recipe.kind(), 0);
        this.output = new JobOutput(
                context, recipe.output(), List.of(RunFolder.ONNX, RunFolder.CARD, RunFolder.LABELS), List.of());
    }

    @Override
    public RunReport run() {
        try (output) {
            SourceModel model = SourceModel.open(context, "model", recipe.model());
            boolean whole = recipe.layer().isEmpty();
            OnnxDescription description =
                    new OnnxDescription(model.card().name(), model.card().input(), labels(model), recipe.input());
            String fingerprint = Fingerprint.of(
                    model.identity(),
                    recipe.layer(),
                    description.toString(),
                    "operator set " + OnnxExport.OPERATOR_SET);
            Optional<RunReport> finished = output.finished(fingerprint, recipe.overwrite());
            if (finished.isPresent()) {
                return finished.get();
            }
            // Before anything is written: a network that cannot be loaded must leave no trace in the output.
            ComputationGraph network = whole
                    ? model.network()
                    : NetworkCut.upTo(model.network(), model.requireLayer("layer", recipe.layer()));
            report.checkEngine();
            output.begin();
            report.fingerprint(fingerprint)
                    .weightsSha256(model.identity())
                    .input("model", recipe.model() + " " + model.identity());
            return export(model, network, description);
        }
    }

    private RunReport export(SourceModel model, ComputationGraph network, OnnxDescription description) {
        Path file = output.staged(RunFolder.ONNX);
        String comparison = CheckedOnnx.write(context.files(file), file, network, description);
        context.progress().tell(comparison);
        RunFolder.writeDescription(context.files(file), file.getParent(), model.card(), description.labels());
        RunReport done = report.ranBy(comparison)
                .output("model", output.published(RunFolder.ONNX))
                .output("labels", output.published(RunFolder.LABELS))
                .output("card", output.published(RunFolder.CARD))
                .output("report", output.published(JobOutput.HTML))
                .done();
        output.finish(done);
        return done;
    }

    /** Names of the classes, if the exported output is that of the head. */
    private List<String> labels(SourceModel model) {
        boolean classes =
                recipe.layer().isEmpty() || recipe.layer().equals(model.card().head());
        return classes ? model.labelNames() : List.of();
    }
}
