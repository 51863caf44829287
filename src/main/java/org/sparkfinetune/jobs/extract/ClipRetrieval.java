package org.sparkfinetune.jobs.extract;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.struct;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.features.EmbeddingTable;
import org.sparkfinetune.features.EmbeddingTable.EmbeddingColumn;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;

/**
 * Embeddings as NumPy arrays with Parquet beside them, in the layout of
 * <a href="https://github.com/rom1504/clip-retrieval">clip-retrieval</a>, which embedding-reader and autofaiss read:
 * {@code img_emb/img_emb_NNNNN.npy} has a row for each row of {@code metadata/metadata_NNNNN.parquet}. Each pair is
 * made of one
 * file of the table, in its order, so that a growing table gets more pairs and the existing ones stay.
 *
 * @param table name of the folder of the table
 * @param column column of the embeddings
 */
record ClipRetrieval(JobContext context, JobOutput output, String table, EmbeddingColumn column) {
    /** Folder in the output. */
    static final String FOLDER = "clip-retrieval";

    /** clip-retrieval opens paths without the scheme of local files; the other columns are those of the table. */
    private static final Column[] METADATA = {
        regexp_replace(col(DatasetSchema.PATH), "^file:(//)?", "").as("image_path"),
        col(DatasetSchema.SHA256),
        col(DatasetSchema.LABEL),
        col(DatasetSchema.LABEL_NAME),
        col(DatasetSchema.WIDTH),
        col(DatasetSchema.HEIGHT)
    };

    private static final String BESIDE = "beside";
    private static final String FILE = "file_name";
    private static final String UNFINISHED = FOLDER + "-unfinished";
    private static final String PART = "part-";
    private static final String PARQUET = ".parquet";
    /** Larger than any file, so that each file of the table is one task. */
    private static final String WHOLE_FILE = String.valueOf(1L << 50);

    /** Whether the existing output has this form. */
    boolean isThere() {
        Path folder = output.published(FOLDER);
        return context.files(folder).exists(folder);
    }

    /** Whether the existing table has rows that are not in any pair. */
    boolean isBehind() {
        return !rowsPerFile(unpaired()).isEmpty();
    }

    /**
     * Stages a pair for each file of the table that has none.
     *
     * @param adding whether the staged table is added to the existing one
     */
    void stage(boolean adding) {
        List<String> parts = new ArrayList<>(adding ? unpaired() : List.of());
        parts.addAll(parts(output.staged(table)));
        Map<String, Long> counts = rowsPerFile(parts);
        Path folder = output.staged(FOLDER);
        for (String half : List.of(ClipRetrievalPair.ARRAYS, ClipRetrievalPair.METADATA)) {
            context.files(folder).makeFolder(new Path(folder, half));
        }
        if (counts.isEmpty()) {
            return;
        }
        Dataset<Row> rows = read(parts)
                .select(
                        col("_metadata." + FILE),
                        EmbeddingTable.quoted(column.name()),
                        struct(METADATA).as(BESIDE));
        StructType beside = (StructType) rows.schema().apply(BESIDE).dataType();
        ClipRetrievalPair pair = new ClipRetrievalPair(
                ParquetOutput.of(context, beside),
                column.type(),
                counts,
                folder.toString(),
                output.staged(UNFINISHED).toString());
        rows.queryExecution().toRdd().toJavaRDD().foreachPartition(pair);
    }

    /** Reads each file as one partition, in its own order. */
    private Dataset<Row> read(List<String> parts) {
        SparkSession whole = context.spark().newSession();
        whole.conf().set("spark.sql.files.maxPartitionBytes", WHOLE_FILE);
        whole.conf().set("spark.sql.files.openCostInBytes", WHOLE_FILE);
        return whole.read().parquet(parts.toArray(String[]::new));
    }

    /** Files of the existing table without a pair. */
    private List<String> unpaired() {
        Path arrays = new Path(output.published(FOLDER), ClipRetrievalPair.ARRAYS);
        List<String> paired = context.files(arrays).list(arrays).stream()
                .map(status -> status.getPath().getName())
                .toList();
        return parts(output.published(table)).stream()
                .filter(part -> !paired.contains(ClipRetrievalPair.array(new Path(part).getName())))
                .toList();
    }

    private List<String> parts(Path folder) {
        return context.files(folder).list(folder).stream()
                .map(FileStatus::getPath)
                .filter(file ->
                        file.getName().startsWith(PART) && file.getName().endsWith(PARQUET))
                .map(Path::toString)
                .toList();
    }

    /** Number of rows by file name, without empty files. */
    private Map<String, Long> rowsPerFile(List<String> parts) {
        return parts.isEmpty()
                ? Map.of()
                : read(parts).select(col("_metadata." + FILE)).groupBy(FILE).count().collectAsList().stream()
                        .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));
    }
}
