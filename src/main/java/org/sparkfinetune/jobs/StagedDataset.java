package org.sparkfinetune.jobs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparkfinetune.data.DatasetDescription;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.data.SplitPlan;
import org.sparkfinetune.data.SplitShuffle;
import org.sparkfinetune.data.StagedOutput;
import org.sparkfinetune.report.Progress;

/** The Parquet files of a dataset while it is made, in the staging folder of its output. */
record StagedDataset(SparkSession spark, StagedOutput output, Progress progress) {
    static final String CHECKED = "checked";

    /** Row groups small enough that a file can be read by several tasks, and in part. */
    private static final long ROW_GROUP_BYTES = 16L << 20;

    void write(Dataset<Row> rows, String name) {
        rows.write()
                .option("parquet.block.size", ROW_GROUP_BYTES)
                // Encoded pictures do not repeat; without this the writer would try a dictionary on every row group.
                .option("parquet.enable.dictionary#" + DatasetSchema.IMAGE, false)
                .parquet(output.staged(name).toString());
    }

    Dataset<Row> checked() {
        return spark.read()
                .schema(DatasetSchema.CHECKED)
                .parquet(output.staged(CHECKED).toString());
    }

    Dataset<Row> rejected() {
        return spark.read()
                .schema(DatasetSchema.REJECTS)
                .parquet(output.staged(DatasetSchema.REJECTED).toString());
    }

    /**
     * Writes a folder for each split that has files.
     *
     * @return the names of the folders
     */
    List<String> writeSplits(SplitPlan plan, Set<String> conflicts, Map<String, Integer> filesPerSplit) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Broadcast<SplitPlan> planOnExecutors = context.broadcast(plan);
        Broadcast<Set<String>> conflictsOnExecutors = context.broadcast(conflicts);
        List<String> written = new ArrayList<>();
        try {
            SplitShuffle shuffle = new SplitShuffle(checked(), planOnExecutors, conflictsOnExecutors, filesPerSplit);
            for (String split : DatasetSchema.SPLITS) {
                if (filesPerSplit.get(split) > 0) {
                    try (Progress.Stage stage = progress.start("write " + split, filesPerSplit.get(split), "files")) {
                        write(
                                spark.createDataFrame(shuffle.rows(split), DatasetSchema.PICTURES),
                                DatasetSchema.folderOf(split));
                        stage.done(filesPerSplit.get(split));
                    }
                    written.add(DatasetSchema.folderOf(split));
                }
            }
            return written;
        } finally {
            planOnExecutors.unpersist();
            conflictsOnExecutors.unpersist();
        }
    }

    /** Reads the labels back: a dataset that does not hold what its description says must not be published. */
    void requireWritten(DatasetDescription description) {
        description.counts().forEach((split, expected) -> {
            Map<String, Long> found = new HashMap<>();
            spark.read()
                    .schema(DatasetSchema.PICTURES)
                    .parquet(output.staged(DatasetSchema.folderOf(split)).toString())
                    .groupBy(DatasetSchema.LABEL_NAME)
                    .count()
                    .collectAsList()
                    .forEach(row -> found.put(row.getString(0), row.getLong(1)));
            if (!found.equals(expected)) {
                throw new IllegalStateException("split " + split + " should hold " + expected + " but holds " + found);
            }
        });
    }
}
