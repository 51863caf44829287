package org.sparkfinetune.jobs.model;

import java.util.List;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.config.Json;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.storage.HadoopFiles;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.files.ModelArchive;
import org.sparkfinetune.zoo.network.Head;

/** The folder of a finetune run: the names in it; writes and reads its model. */
public final class RunFolder {
    public static final String MODEL = "model";
    public static final String CHECKPOINTS = "checkpoints";
    public static final String ONNX = "model.onnx";
    public static final String CARD = "card.yaml";
    public static final String LABELS = "labels.json";

    private static final String ARCHIVE = "model.zip";

    private RunFolder() {}

    /** Writes a model into a folder that is not published yet. */
    public static void writeModel(
            HadoopFiles files, Path folder, ComputationGraph network, ModelCard card, List<String> labels) {
        files.makeFolder(folder);
        files.upload(new Path(folder, ARCHIVE), local -> {
            ModelArchive.write(network, local);
            return local;
        });
        writeDescription(files, folder, Head.describe(card, network), labels);
    }

    /** Writes the files that describe the model to programs that use it. */
    public static void writeDescription(HadoopFiles files, Path folder, ModelCard card, List<String> labels) {
        files.writeText(new Path(folder, CARD), YamlFile.write(card));
        files.writeText(new Path(folder, LABELS), Json.pretty(labels) + "\n");
    }

    /**
     * Opens the model of a finished run; a damaged network is found only when it is loaded.
     *
     * @throws BadDataException when the run is not finished or the description of its model is damaged
     */
    static SourceModel model(JobContext context, Path run) {
        HadoopFiles files = context.files(run);
        Path reportFile = new Path(run, Reports.FILE);
        Path folder = new Path(run, MODEL);
        if (!files.exists(reportFile) || !files.exists(folder)) {
            throw unfinished(run);
        }
        RunReport report = Reports.parse(reportFile.toString(), files.readText(reportFile));
        if (report.training() == null) {
            throw unfinished(run);
        }
        String cardFile = new Path(folder, CARD).toString();
        ModelCard card = YamlFile.bind(cardFile, files.readText(new Path(folder, CARD)), ModelCard.class);
        List<String> labels = labels(files, new Path(folder, LABELS));
        SourceModel.Loaded network = new SourceModel.Loaded(() ->
                network(files, new Path(folder, ARCHIVE), report.training().totalParameters()));
        return new SourceModel(
                run.toString(), network, card, report.provenance().fingerprint(), labels);
    }

    /**
     * Copies the result of a run without its checkpoints; the copy is a run too.
     *
     * @param copy folder that does not exist yet
     * @throws BadDataException when the run is not finished
     */
    public static void copyResult(JobContext context, Path run, Path copy) {
        HadoopFiles from = context.files(run);
        HadoopFiles to = context.files(copy);
        if (!from.exists(new Path(run, Reports.FILE))) {
            throw unfinished(run);
        }
        to.makeFolder(copy);
        // The report marks the run as finished, so it comes last.
        for (String part : List.of(MODEL, JobOutput.RECIPE, JobOutput.HTML, Reports.FILE)) {
            from.copy(new Path(run, part), to, new Path(copy, part));
        }
    }

    private static BadDataException unfinished(Path run) {
        return new BadDataException(
                run.toString(),
                "holds no finished run of kind finetune; run that recipe first, or once more if it was interrupted");
    }

    private static ComputationGraph network(HadoopFiles files, Path archive, long parameters) {
        try {
            return files.download(archive, local -> ModelArchive.read(local, parameters));
        } catch (BadDataException e) {
            // The archive is read from a local copy, whose name means nothing to the user.
            throw new BadDataException(
                    archive.toString(),
                    "is not a readable model; run its finetune recipe again with --set overwrite=true",
                    e);
        }
    }

    private static List<String> labels(HadoopFiles files, Path file) {
        return List.of(Json.read(file.toString(), files.readText(file), String[].class));
    }
}
