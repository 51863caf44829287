package org.sparkfinetune.jobs.shard;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.expressions.Window;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.Ledger;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.data.source.PictureInputs;
import org.sparkfinetune.data.source.SourceReading;
import org.sparkfinetune.jobs.pictures.DatasetQuality;
import org.sparkfinetune.jobs.pictures.SourceListing;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.DataQuality;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.page.HtmlReport;
import org.sparkfinetune.report.watch.EventLog;
import org.sparkfinetune.storage.StagedOutput;

/**
 * Makes a dataset (layout: {@link DatasetSchema}) of a collection of pictures. The same recipe on the same files gives
 * the same rows in the same splits, however Spark divides the work. To an existing dataset of the same recipe it adds
 * the new pictures and leaves the others unchanged.
 */
final class ShardJob implements Job {
    private static final int REJECTED_OF_A_CLASS = 5;

    private final JobContext context;
    private final JobReport report;
    private final ShardRecipe recipe;
    private final Path input;
    private final Path output;
    private final StagedOutput staged;

    /**
     * Makes the job; touches no files yet.
     *
     * @throws InvalidRequestException when input or output is not a path
     */
    ShardJob(ShardRecipe recipe, JobContext context) {
        this.context = context;
        this.recipe = recipe;
        this.report = new JobReport(context, recipe.kind(), recipe.seed());
        this.input = context.path("input", recipe.input());
        this.output = context.path("output", recipe.output());
        List<String> parts =
                new ArrayList<>(List.of(DatasetSchema.REJECTED, DatasetSchema.FILES, Reports.FILE, JobOutput.HTML));
        Stream.of(Split.values()).map(Split::folder).forEach(parts::add);
        this.staged = new StagedOutput(
                context.files(output), output, DatasetDescription.FILE_NAME, parts, List.of(EventLog.FILE));
    }

    /**
     * Makes the dataset, adds to it, or finds it complete.
     *
     * @throws InvalidRequestException when the output folder holds something else
     * @throws org.sparkfinetune.check.BadDataException when the input has too few usable pictures or the file system
     *     fails
     */
    @Override
    public RunReport run() {
        try (staged) {
            staged.recover(context.application());
            Optional<DatasetDescription> existing = findExisting();
            // Once the dataset is made, the pictures may be deleted.
            if (existing.isPresent() && !context.files(input).exists(input)) {
                return report(alreadyDone(existing.get()));
            }
            SourceReading reading = SourceListing.reading(context);
            try (SourceListing listing =
                    SourceListing.of(PictureInputs.labelled(input, recipe.source(), reading), reading)) {
                return report(existing.isPresent() ? update(existing.get(), listing) : make(listing, Optional.empty()));
            }
        }
    }

    private DatasetDescription make(SourceListing listing, Optional<DatasetDescription> existing) {
        staged.begin(context.application());
        context.began(output);
        DatasetBuild build = new DatasetBuild(context, recipe, listing, staged, existing);
        DatasetDescription made = build.make();
        report.throughput(build.throughput());
        return made;
    }

    /** Returns the description of the dataset in the output folder, if it is complete and of this recipe. */
    private Optional<DatasetDescription> findExisting() {
        Optional<String> text = staged.description();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> wanted = recipe.content(input.toString());
        String fingerprint = ShardRecipe.fingerprint(wanted);
        if (recipe.overwrite() && !text.get().contains(fingerprint)) {
            return Optional.empty();
        }
        DatasetDescription found =
                DatasetDescription.parse(new Path(output, DatasetDescription.FILE_NAME).toString(), text.get());
        if (!found.fingerprint().equals(fingerprint)) {
            throw JobOutput.ofAnother(output, differences(found.recipe(), wanted));
        }
        return Optional.of(found);
    }

    private DatasetDescription update(DatasetDescription existing, SourceListing listing) {
        if (listing.fingerprint().equals(existing.sourceFingerprint())) {
            return alreadyDone(existing);
        }
        Path ledger = new Path(output, DatasetSchema.FILES);
        Ledger.Changes changes = listing.changes(
                context,
                new Ledger(context.spark().read().schema(DatasetSchema.LEDGER).parquet(ledger.toString())));
        if (changes.changed() > 0 || changes.gone() > 0 && !recipe.keepRemoved()) {
            if (recipe.overwrite()) {
                return make(listing, Optional.empty());
            }
            throw JobOutput.ofChangedInput(output, input, changes);
        }
        if (changes.added() == 0) {
            return alreadyDone(existing);
        }
        context.progress().tell("adding " + changes.added() + " files to " + recipe.output());
        return make(listing, Optional.of(existing));
    }

    private DatasetDescription alreadyDone(DatasetDescription existing) {
        context.progress().tell("already done: " + recipe.output());
        return existing;
    }

    private static String differences(Map<String, Object> there, Map<String, Object> here) {
        return here.keySet().stream()
                .filter(key -> !String.valueOf(here.get(key)).equals(String.valueOf(there.get(key))))
                .map(key -> key + " is " + there.get(key) + " there, " + here.get(key) + " here")
                .collect(Collectors.joining("; "));
    }

    private RunReport report(DatasetDescription dataset) {
        DatasetDescription.Totals totals = dataset.totals();
        Map<String, Long> perSplit = new LinkedHashMap<>();
        Stream.of(Split.values()).forEach(split -> perSplit.put(split.key(), dataset.pictures(split)));
        Map<String, Long> perLabel = new LinkedHashMap<>();
        dataset.labelNames().forEach(label -> perLabel.put(label, dataset.picturesOf(label)));
        RunReport done = report.fingerprint(dataset.contentFingerprint())
                .input("pictures", input + " " + dataset.sourceFingerprint())
                .data(new RunReport.Data(
                        totals.pictures(),
                        totals.rejected(),
                        perSplit,
                        perLabel,
                        totals.duplicates(),
                        totals.conflicts(),
                        DatasetQuality.of(dataset, rejected(totals))))
                .output("dataset", output)
                .output("rejected", new Path(output, DatasetSchema.REJECTED))
                .output("report", new Path(output, JobOutput.HTML))
                .done();
        context.files(output).writeText(new Path(output, JobOutput.HTML), HtmlReport.of(done));
        context.files(output).writeText(new Path(output, Reports.FILE), Reports.write(done));
        return done;
    }

    /** Some of the rejected files of each error class. */
    private List<DataQuality.Rejection> rejected(DatasetDescription.Totals totals) {
        if (totals.rejected() + totals.conflicts() == 0) {
            return List.of();
        }
        Column place =
                row_number().over(Window.partitionBy(DatasetSchema.ERROR_CLASS).orderBy(DatasetSchema.PATH));
        return context
                .spark()
                .read()
                .schema(DatasetSchema.REJECTS)
                .parquet(new Path(output, DatasetSchema.REJECTED).toString())
                .withColumn("place", place)
                .filter(col("place").leq(REJECTED_OF_A_CLASS))
                .orderBy(DatasetSchema.ERROR_CLASS, DatasetSchema.PATH)
                .select(DatasetSchema.PATH, DatasetSchema.ERROR_CLASS, DatasetSchema.ERROR)
                .collectAsList()
                .stream()
                .map(row -> new DataQuality.Rejection(row.getString(0), row.getString(1), row.getString(2)))
                .toList();
    }
}
