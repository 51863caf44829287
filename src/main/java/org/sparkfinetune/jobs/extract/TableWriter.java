package org.sparkfinetune.jobs.extract;

import java.util.List;
import java.util.Locale;
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
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.report.RunReport;

/** Makes the files of a table job's output from the rows that its tasks wrote, and publishes them. */
record TableWriter(
        JobContext context, TableRecipe recipe, EmbeddingTable table, JobOutput output, TableDescription description) {
    private static final long PICTURES_PER_FILE = 50_000;
    private static final long LEDGER_ROWS_PER_FILE = 1_000_000;
    private static final int EXAMPLES_SHOWN = 3;

    /**
     * Publishes the table, or adds to the one that is there.
     *
     * @param rows of {@link EmbeddingTable#staged}
     * @param made text of the description
     * @param there report of the table that is added to
     * @param also the form of the embeddings beside the table that is wanted, or there already
     * @throws BadDataException when too many pictures were refused
     */
    RunReport publish(
            Dataset<Row> rows, String made, JobReport report, Optional<RunReport> there, Optional<ClipRetrieval> also) {
        context.progress().doing("write the table");
        Dataset<Row> rejected = EmbeddingTable.rejected(rows);
        long total = rows.count();
        long refused = rejected.count();
        context.rejected(total, refused == 0 ? Map.of() : perReason(rejected));
        requireFewRejected(total, refused, rejected);
        write(table.finished(rows, description.fileName(), made), recipe.tableName(), total / PICTURES_PER_FILE);
        write(rejected, DatasetSchema.REJECTED, 0);
        write(EmbeddingTable.ledger(rows), DatasetSchema.FILES, total / LEDGER_ROWS_PER_FILE);
        List.of(recipe.tableName(), DatasetSchema.REJECTED, DatasetSchema.FILES)
                .forEach(part -> output.number(part, there.isPresent()));
        also.ifPresent(form -> {
            form.stage(there.isPresent());
            report.output(ClipRetrieval.FOLDER, output.published(ClipRetrieval.FOLDER));
        });
        RunReport.Data before = there.map(RunReport::data).orElse(new RunReport.Data(0, 0, null, null, null, null));
        RunReport done = report.data(new RunReport.Data(
                        before.examples() + total - refused, before.rejected() + refused, null, null, null, null))
                .output(recipe.tableName(), output.published(recipe.tableName()))
                .output("rejected", output.published(DatasetSchema.REJECTED))
                .output("report", output.published(JobOutput.HTML))
                .done();
        if (there.isPresent()) {
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

    /** The same rows in the same files, however they were dealt to tasks. */
    private void write(Dataset<Row> rows, String part, long moreFiles) {
        rows.repartition((int) (1 + moreFiles), functions.col(DatasetSchema.PATH))
                .sortWithinPartitions(DatasetSchema.PATH, DatasetSchema.SHA256)
                .write()
                .parquet(output.staged(part).toString());
    }

    private void requireFewRejected(long total, long refused, Dataset<Row> rejected) {
        if (refused <= recipe.maxRejectedFraction() * total) {
            return;
        }
        List<Row> some = rejected.select(DatasetSchema.PATH, DatasetSchema.ERROR)
                .orderBy(DatasetSchema.PATH)
                .takeAsList(EXAMPLES_SHOWN);
        String examples = some.stream()
                .map(row -> row.getString(0) + " (" + row.getString(1) + ")")
                .collect(Collectors.joining("; "));
        write(rejected, DatasetSchema.REJECTED, 0);
        output.number(DatasetSchema.REJECTED, false);
        Path kept = output.show(DatasetSchema.REJECTED);
        throw new BadDataException(
                recipe.input(),
                String.format(
                        Locale.ROOT,
                        "%d of %d pictures were rejected, allowed is a fraction of %s (maxRejectedFraction); for example %s;"
                                + " all of them are listed in %s; mend or remove them, or raise maxRejectedFraction",
                        refused,
                        total,
                        recipe.maxRejectedFraction(),
                        examples,
                        kept));
    }
}
