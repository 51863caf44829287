package org.sparkfinetune.jobs.extract;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.features.EmbeddingTable;
import org.sparkfinetune.jobs.pictures.RejectedFiles;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.report.RunReport;

/** Makes the output files of a table job from the rows that its tasks wrote, and publishes them. */
record TableWriter(
        JobContext context, TableRecipe recipe, EmbeddingTable table, JobOutput output, TableDescription description) {
    private static final long PICTURES_PER_FILE = 50_000;
    private static final long LEDGER_ROWS_PER_FILE = 1_000_000;

    /**
     * Publishes the table, or adds the rows to the existing one.
     *
     * @param rows rows of {@link EmbeddingTable#staged}
     * @param made text of the description
     * @param addedTo report of the existing table if rows are added to it
     * @param also other form of the embeddings, if it is requested or exists
     * @throws BadDataException when too many pictures were rejected
     */
    RunReport publish(
            Dataset<Row> rows,
            String made,
            JobReport report,
            Optional<RunReport> addedTo,
            Optional<ClipRetrieval> also) {
        context.progress().doing("write the table");
        Dataset<Row> rejected = EmbeddingTable.rejected(rows);
        long total = rows.count();
        long refused = rejected.count();
        Map<String, Long> perReason = refused == 0 ? Map.of() : perReason(rejected);
        context.rejected(total, perReason);
        requireFewRejected(new RejectedFiles(total, perReason), rejected);
        write(table.finished(rows, description.fileName(), made), recipe.tableName(), total / PICTURES_PER_FILE);
        write(rejected, DatasetSchema.REJECTED, 0);
        write(EmbeddingTable.ledger(rows), DatasetSchema.FILES, total / LEDGER_ROWS_PER_FILE);
        List.of(recipe.tableName(), DatasetSchema.REJECTED, DatasetSchema.FILES)
                .forEach(part -> output.number(part, addedTo.isPresent()));
        also.ifPresent(form -> {
            form.stage(addedTo.isPresent());
            report.output(ClipRetrieval.FOLDER, output.published(ClipRetrieval.FOLDER));
        });
        RunReport.Data before = addedTo.map(RunReport::data).orElse(new RunReport.Data(0, 0, null, null, null, null));
        RunReport done = report.data(new RunReport.Data(
                        before.examples() + total - refused, before.rejected() + refused, null, null, null, null))
                .output(recipe.tableName(), output.published(recipe.tableName()))
                .output("rejected", output.published(DatasetSchema.REJECTED))
                .output("report", output.published(JobOutput.HTML))
                .done();
        if (addedTo.isPresent()) {
            output.add(done);
        } else {
            Path file = output.staged(description.fileName());
            context.files(file).writeText(file, made + "\n");
            output.finish(done);
        }
        return done;
    }

    private static Map<String, Long> perReason(Dataset<Row> rejected) {
        return rejected.groupBy(DatasetSchema.ERROR_CLASS).count().collectAsList().stream()
                .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));
    }

    /** Writes the same rows to the same files, however they were assigned to tasks. */
    private void write(Dataset<Row> rows, String part, long moreFiles) {
        rows.repartition((int) (1 + moreFiles), functions.col(DatasetSchema.PATH))
                .sortWithinPartitions(DatasetSchema.PATH, DatasetSchema.SHA256)
                .write()
                .parquet(output.staged(part).toString());
    }

    private void requireFewRejected(RejectedFiles counts, Dataset<Row> rejected) {
        if (!counts.tooMany(recipe.maxRejectedFraction())) {
            return;
        }
        String examples = RejectedFiles.examples(rejected);
        write(rejected, DatasetSchema.REJECTED, 0);
        output.number(DatasetSchema.REJECTED, false);
        Path kept = output.show(DatasetSchema.REJECTED);
        throw counts.refusal(recipe.input(), recipe.maxRejectedFraction(), examples, kept);
    }
}
