package org.sparkfinetune.jobs.similar;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.Json;
import org.sparkfinetune.features.similar.VectorColumn;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.storage.HadoopFiles;

/**
 * The complete output of an extract job.
 *
 * @param key key of the recipe that names the folder
 * @param folder output folder of the extract job
 * @param fingerprint fingerprint of the extract job, and thus of its pictures and model
 * @param weightsSha256 SHA-256 of the model
 * @param madeBy everything in {@code embeddings.json} that decides which vector a picture gets
 */
record EmbeddingFolder(String key, Path folder, String fingerprint, String weightsSha256, String madeBy) {
    private static final String KIND = "extract";
    private static final String DESCRIPTION = "embeddings.json";
    private static final String TABLE = "embeddings";
    private static final String OUTPUTS = "outputs";
    private static final String COLUMN = "column";
    /** Keys of a column in the description that do not change its values. */
    private static final List<String> FORM = List.of(COLUMN, "dtype");
    /**
     * Keys of the description that do not change the vectors: weights may be in several places, engines differ in the
     * last bit.
     */
    private static final List<String> NAMES = List.of("model", "fingerprint", "engine");

    /**
     * @param column column of the vectors
     * @throws BadDataException when the folder holds something else or is not complete
     */
    static EmbeddingFolder open(JobContext context, String key, String name, String column) {
        Path folder = context.path(key, name);
        HadoopFiles files = context.files(folder);
        for (String part : List.of(Reports.FILE, DESCRIPTION, TABLE)) {
            if (!files.exists(new Path(folder, part))) {
                throw new BadDataException(
                        folder.toString(),
                        "is not the complete output of an extract job: it has no " + part
                                + "; make it first with a recipe of kind extract: scripts/submit"
                                + " spark-jobs/NAME.yaml --set output=" + folder);
            }
        }
        Path reportFile = new Path(folder, Reports.FILE);
        RunReport report = Reports.parse(reportFile.toString(), files.readText(reportFile));
        if (!KIND.equals(report.kind())) {
            throw new BadDataException(
                    folder.toString(), "is the output of a job of kind " + report.kind() + ", needed is " + KIND);
        }
        Path description = new Path(folder, DESCRIPTION);
        ObjectNode found = parse(description, files.readText(description));
        return new EmbeddingFolder(
                key,
                folder,
                report.provenance().fingerprint(),
                found.path("weightsSha256").asText(""),
                madeBy(found, column));
    }

    /** Ignores the other columns of the table, and the name of this one. */
    private static String madeBy(ObjectNode description, String column) {
        ObjectNode made = description.deepCopy().without(NAMES);
        made.path(OUTPUTS).fields().forEachRemaining(output -> {
            if (output.getValue().path(COLUMN).asText("").equals(column)) {
                made.put("layer", output.getKey());
                made.set(OUTPUTS, ((ObjectNode) output.getValue()).without(FORM));
            }
        });
        return made.toString();
    }

    private static ObjectNode parse(Path file, String text) {
        try {
            JsonNode found = Json.parse(text);
            if (found instanceof ObjectNode mapping) {
                return mapping;
            }
            throw new BadDataException(file.toString(), "is damaged: it is not a mapping; extract the pictures again");
        } catch (JsonProcessingException e) {
            throw new BadDataException(
                    file.toString(), "is damaged (" + e.getOriginalMessage() + "); extract the pictures again", e);
        }
    }

    /** @throws InvalidRequestException when the vectors of both cannot be compared */
    void requireMadeLike(EmbeddingFolder other) {
        if (!madeBy.equals(other.madeBy)) {
            throw new InvalidRequestException(
                    key,
                    "is " + folder + ", made by " + madeBy + ", but " + other.key + " is " + other.folder
                            + ", made by " + other.madeBy
                            + "; vectors of different models cannot be compared: extract one of them again");
        }
    }

    /**
     * The vectors in the form of {@link VectorColumn#vectors}.
     *
     * @throws BadDataException when the column does not exist
     */
    Dataset<Row> vectors(JobContext context, String column) {
        String table = table();
        StructType schema = context.spark().read().parquet(table).schema();
        VectorColumn vectors = VectorColumn.of(table, schema, column);
        return vectors.vectors(context.spark().read().schema(vectors.schema()).parquet(table));
    }

    /** The folder of the Parquet files. */
    String table() {
        return new Path(folder, TABLE).toString();
    }
}
