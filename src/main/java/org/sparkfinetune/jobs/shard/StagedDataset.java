package org.sparkfinetune.jobs.shard;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.monotonically_increasing_id;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.Ledger;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.data.dataset.SplitShuffle;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.storage.HadoopFiles;
import org.sparkfinetune.storage.StagedOutput;

/**
 * The Parquet files of a dataset while it is made, in the staging folder of its output.
 *
 * @param folder folder of the dataset
 */
record StagedDataset(SparkSession spark, HadoopFiles files, Path folder, StagedOutput output, Progress progress) {
    /** The checked pictures, as written by the tasks that read them. */
    static final String CHECKED = "checked";
    /** The outcome of each file. */
    static final String OUTCOMES = "outcomes";
    /** The outcomes with the splits. */
    static final String DECIDED = "decided";
    /** Groups of pictures with their splits. */
    static final String GROUPS = "groups";

    /** Small enough for several tasks to read parts of a file. */
    private static final long ROW_GROUP_BYTES = 16L << 20;
    /** Larger tables are not sent to every executor, but joined by a shuffle. */
    private static final long MOST_ROWS_TO_BROADCAST = 20_000;

    private static final long LEDGER_ROWS_PER_FILE = 1_000_000;

    void write(Dataset<Row> rows, String name) {
        rows.write()
                .option("parquet.block.size", ROW_GROUP_BYTES)
                // Encoded pictures do not repeat: the writer need not try a dictionary on every row group.
                .option("parquet.enable.dictionary#" + DatasetSchema.IMAGE, false)
                .parquet(output.staged(name).toString());
    }

    /** Writes a table and returns it as read from its files, so that its computation does not run twice. */
    Dataset<Row> staged(Dataset<Row> rows, String name) {
        write(rows, name);
        return spark.read().schema(rows.schema()).parquet(output.staged(name).toString());
    }

    /** Writes the checked pictures; every row gets a number. */
    Dataset<Row> checked(JavaRDD<Row> rows) {
        return staged(
                spark.createDataFrame(rows, DatasetSchema.CHECKED)
                        .withColumn(DatasetSchema.ID, monotonically_increasing_id()),
                CHECKED);
    }

    Dataset<Row> rejected() {
        return spark.read()
                .schema(DatasetSchema.REJECTS)
                .parquet(output.staged(DatasetSchema.REJECTED).toString());
    }

    /** The ledger of the published dataset. */
    Ledger published() {
        return new Ledger(
                spark.read().schema(DatasetSchema.LEDGER).parquet(new Path(folder, DatasetSchema.FILES).toString()));
    }

    /** Writes the ledger of the files that this run adds. */
    Ledger ledger(Dataset<Row> decided) {
        Ledger ledger = Ledger.of(decided);
        int parts = (int) (1 + ledger.rows().count() / LEDGER_ROWS_PER_FILE);
        return new Ledger(staged(
                ledger.rows()
                        .repartition(parts, col(DatasetSchema.PATH))
                        .sortWithinPartitions(DatasetSchema.PATH, DatasetSchema.OUTCOME, DatasetSchema.LABEL_NAME),
                DatasetSchema.FILES));
    }

    /** Marks a table that was read from files for the right join: small ones are sent to every executor. */
    static Dataset<Row> forJoin(Dataset<Row> table) {
        return table.count() <= MOST_ROWS_TO_BROADCAST ? broadcast(table) : table.hint("merge");
    }

    /**
     * Writes one folder for each split that has files.
     *
     * @return names of the folders
     */
    List<String> writeSplits(Dataset<Row> assigned, Map<Split, Integer> filesPerSplit) {
        List<String> written = new ArrayList<>();
        SplitShuffle shuffle = new SplitShuffle(assigned, filesPerSplit);
        for (Split split : Split.values()) {
            if (filesPerSplit.get(split) > 0) {
                try (Progress.Phase stage = progress.start("write " + split.key(), filesPerSplit.get(split), "files")) {
                    write(spark.createDataFrame(shuffle.rows(split), DatasetSchema.PICTURES), split.folder());
                    stage.done(filesPerSplit.get(split));
                }
                written.add(split.folder());
            }
        }
        return written;
    }

    /** Reads the labels back: a dataset that does not match its description must not be published. */
    void requireWritten(Map<String, Map<String, Long>> expectedPerSplit) {
        expectedPerSplit.forEach((split, expected) -> {
            Map<String, Long> found = new HashMap<>();
            spark.read()
                    .schema(DatasetSchema.PICTURES)
                    .parquet(output.staged(Split.of(split).folder()).toString())
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
