package org.sparkfinetune.jobs.similar;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.features.similar.VectorColumn;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.storage.HadoopFiles;

/**
 * The whole output of an extract job.
 *
 * @param key of the recipe that names it
 * @param folder the output folder
 * @param fingerprint of the job that made it, thus of pictures and model
 * @param weightsSha256 of the model
 * @param madeBy all that decides which vector a picture gets, as {@code embeddings.json} tells it
 */
record EmbeddingFolder(String key, Path folder, String fingerprint, String weightsSha256, String madeBy) {
    private static final String KIND = "extract";
    private static final String DESCRIPTION = "embeddings.json";
    private static final String TABLE = "embeddings";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OUTPUTS = "outputs";
    private static final String COLUMN = "column";
    /** In the description of a column, but of no consequence for the numbers in it: those that can be read are equal. */
    private static final List<String> FORM = List.of(COLUMN, "dtype");
    /** In the description, but of no consequence for the vectors: weights may lie in several places, engines differ in the last bit. */
    private static final List<String> NAMES = List.of("model", "fingerprint", "engine");

    /**
     * @param column that the vectors are in
     * @throws BadDataException when the folder holds something else, or not all
     */
    static EmbeddingFolder open(JobContext context, String key, String name, String column) {
        Path folder = context.path(key, name);
        HadoopFiles files = context.files(folder);
        for (String part : List.of(Reports.FILE, DESCRIPTION, TABLE)) {
            if (!files.exists(new Path(folder, part))) {
                throw new BadDataException(
                        folder.toString(),
                        "is not the whole output of an extract job: it has no " + part
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

    /** A table may have other columns beside this one, and the column another name. */
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
            JsonNode found = JSON.readTree(text);
            if (found instanceof ObjectNode mapping) {
                return mapping;
            }
            throw new BadDataException(file.toString(), "is damaged: it holds no mapping; extract the pictures again");
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
     * The vectors as {@link VectorColumn#vectors} gives them.
     *
     * @throws BadDataException when there is no such column
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
