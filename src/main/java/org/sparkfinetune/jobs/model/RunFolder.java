package org.sparkfinetune.jobs.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.storage.HadoopFiles;
import org.sparkfinetune.storage.SparkFailures;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.files.ModelArchive;

/** The folder of a finetune run: its names, writing its model, reading it back. */
public final class RunFolder {
    public static final String MODEL = "model";
    public static final String CHECKPOINTS = "checkpoints";
    public static final String ONNX = "model.onnx";
    public static final String CARD = "card.yaml";
    public static final String LABELS = "labels.json";

    private static final String ARCHIVE = "model.zip";
    private static final ObjectMapper JSON = new ObjectMapper();

    private RunFolder() {}

    /** Writes a model into a folder that is not published yet. */
    public static void writeModel(
            HadoopFiles files, Path folder, ComputationGraph network, ModelCard card, List<String> labels) {
        files.makeFolder(folder);
        Path archive = new Path(folder, ARCHIVE);
        try {
            java.nio.file.Path local =
                    Files.createTempDirectory("spark-finetune").resolve(ARCHIVE);
            try {
                ModelArchive.write(network, local);
                files.fileSystem().copyFromLocalFile(false, true, new Path(local.toUri()), archive);
            } finally {
                Files.deleteIfExists(local);
                Files.deleteIfExists(local.getParent());
            }
        } catch (IOException | FSError e) {
            throw SparkFailures.translate(e, archive.toString());
        }
        writeDescription(files, folder, card, labels);
    }

    /** Writes what a program needs to know to use the model. */
    public static void writeDescription(HadoopFiles files, Path folder, ModelCard card, List<String> labels) {
        files.writeText(new Path(folder, CARD), YamlFile.write(card));
        files.writeText(new Path(folder, LABELS), json(labels));
    }

    /**
     * The model of a finished run; that its network is damaged is found when it is loaded.
     *
     * @throws BadDataException when the run is not finished or what describes its model is damaged
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
        LoadedOnce network = new LoadedOnce(() ->
                network(files, new Path(folder, ARCHIVE), report.training().totalParameters()));
        return new SourceModel(
                run.toString(), network, card, report.provenance().fingerprint(), labels);
    }

    /**
     * Copies the result of a run, without its checkpoints; the copy is a run too.
     *
     * @param copy must not exist
     * @throws BadDataException when the run is not finished
     */
    public static void copyResult(JobContext context, Path run, Path copy) {
        HadoopFiles from = context.files(run);
        HadoopFiles to = context.files(copy);
        if (!from.exists(new Path(run, Reports.FILE))) {
            throw unfinished(run);
        }
        to.makeFolder(copy);
        // The report says that the run is finished, so it comes last.
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
            java.nio.file.Path local =
                    Files.createTempDirectory("spark-finetune").resolve(ARCHIVE);
            try {
                files.fileSystem().copyToLocalFile(false, archive, new Path(local.toUri()), true);
                return ModelArchive.read(local, parameters);
            } finally {
                Files.deleteIfExists(local);
                Files.deleteIfExists(local.getParent());
            }
        } catch (BadDataException e) {
            // The archive is read from a local copy, whose name means nothing to the user.
            throw new BadDataException(
                    archive.toString(),
                    "is no model that can be read; run its finetune recipe again with --set overwrite=true",
                    e);
        } catch (IOException | FSError e) {
            throw SparkFailures.translate(e, archive.toString());
        }
    }

    private static String json(List<String> labels) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(labels) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a list of names is always JSON", e);
        }
    }

    private static List<String> labels(HadoopFiles files, Path file) {
        try {
            return JSON.readValue(files.readText(file), new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new BadDataException(file.toString(), "is damaged: " + e.getOriginalMessage(), e);
        }
    }
}
