package org.sparkfinetune.jobs.shard;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.DatasetDescription.Quality;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.FileOutcomes;
import org.sparkfinetune.data.dataset.Ledger;
import org.sparkfinetune.data.dataset.NearDuplicates;
import org.sparkfinetune.data.dataset.PictureCheck;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.data.dataset.SplitAssignment;
import org.sparkfinetune.data.dataset.SplitPlan;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.jobs.pictures.RejectedFiles;
import org.sparkfinetune.jobs.pictures.SourceListing;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.ProgressWatch;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.storage.StagedOutput;

/**
 * Makes the staged parts of a dataset from a listing of all pictures, or of those that are added to an existing
 * dataset. Every picture is read and decoded once. Spark makes all decisions on narrow columns; one shuffle puts the
 * pictures in their final order.
 */
final class DatasetBuild {
    private static final long FILES_FOR_PARALLEL_READING = 8;

    private final JobContext context;
    private final ShardRecipe recipe;
    private final SourceListing listing;
    private final StagedOutput output;
    private final StagedDataset staged;
    private final Optional<DatasetDescription> existing;
    private final SplitAssignment dealing;
    private RunReport.Throughput throughput;

    /** @param existing dataset to add to; empty to make a new one */
    DatasetBuild(
            JobContext context,
            ShardRecipe recipe,
            SourceListing listing,
            StagedOutput output,
            Optional<DatasetDescription> existing) {
        this.context = context;
        this.recipe = recipe;
        this.listing = listing;
        this.output = output;
        this.existing = existing;
        Path folder = context.path("output", recipe.output());
        this.staged = new StagedDataset(context.spark(), context.files(folder), folder, output, context.progress());
        this.dealing = new SplitAssignment(recipe.seed(), recipe.splits(), recipe.splitBy());
    }

    /**
     * Stages and publishes everything.
     *
     * @return description of the complete dataset
     */
    DatasetDescription make() {
        Optional<Ledger> known = existing.map(dataset -> staged.published());
        JavaRDD<PictureFile> files = known.map(listing::added).orElseGet(listing::pictures);
        // Without bytes: a table of pictures must not be read again to count its rows.
        JavaRDD<PictureFile> listed = known.isPresent() ? files.map(PictureFile::listed) : listing.files();
        Map<String, Long> found = SourceListing.countByLabel(listed);
        List<String> labelNames =
                listing.labelNames(existing.map(DatasetDescription::labelNames).orElse(List.of()), found.keySet());
        ShardRequirements requirements =
                new ShardRequirements(listing.isSplit() ? 1 : recipe.splits().picturesNeeded());
        requirements.requireEnough(listing.input(), labelNames, withExisting(found), "files");
        ShardRequirements.requireClasses(listing.input(), labelNames);

        Dataset<Row> checked = check(files, listed.count(), labelNames);
        context.progress().doing("find duplicates");
        Dataset<Row> outcomes =
                staged.staged(FileOutcomes.of(checked, known.map(Ledger::rows)), StagedDataset.OUTCOMES);
        staged.write(FileOutcomes.rejects(outcomes), DatasetSchema.REJECTED);
        requireFewRejected(outcomes);

        context.progress().doing("assign pictures to splits");
        Broadcast<SplitPlan> plan = context.java().broadcast(dealing.ofPictures(outcomes, perLabel(known)));
        Optional<Dataset<Row>> groups = groups(outcomes, known);
        Dataset<Row> decided = staged.staged(decided(outcomes, plan, groups), StagedDataset.DECIDED);
        context.progress().doing("count pictures");
        Ledger added = staged.ledger(decided);
        Ledger all = known.map(ledger -> ledger.with(added)).orElse(added);
        DatasetDescription description = describe(all, labelNames);
        requirements.requireEnough(listing.input(), labelNames, perName(description), "usable pictures");
        if (groups.isPresent()) {
            ShardRequirements.requireSplits(listing.input(), recipe.splits(), description.counts());
        }
        context.progress().doing("write the splits");
        List<String> parts = writeSplits(checked, outcomes, decided, plan, groups);
        plan.unpersist();
        staged.requireWritten(added.perSplit(labelNames));
        publish(parts, description);
        return description;
    }

    /** The speed of reading, decoding and staging; the seconds of tasks are those spent in {@link PictureCheck}. */
    RunReport.Throughput throughput() {
        return throughput;
    }

    private Dataset<Row> check(JavaRDD<PictureFile> files, long total, List<String> labelNames) {
        LongAccumulator seen = context.spark().sparkContext().longAccumulator("pictures");
        LongAccumulator nanos = context.spark().sparkContext().longAccumulator("nanoseconds");
        PictureCheck check = new PictureCheck(
                listing.hadoop(), labelNames, new PictureCheck.Policy(recipe.limits(), recipe.resize()), seen, nanos);
        long start = System.nanoTime();
        try (ProgressWatch watch = context.watch("read pictures", total, "pictures", seen)) {
            Dataset<Row> checked = staged.checked(
                    listing.balanced(files, total, context.taskSlots()).map(check));
            double seconds = (System.nanoTime() - start) / 1e9;
            throughput = new RunReport.Throughput(total, seconds, total / seconds, nanos.value() / 1e9, 0, 0, null);
            return checked;
        }
    }

    private void requireFewRejected(Dataset<Row> outcomes) {
        Map<String, Long> perOutcome = Ledger.perOutcome(outcomes);
        Map<String, Long> rejected = Ledger.rejectedOf(perOutcome);
        long files = ShardRequirements.sum(perOutcome);
        context.rejected(files, rejected);
        RejectedFiles all = new RejectedFiles(files, rejected);
        if (!all.tooMany(recipe.maxRejectedFraction())) {
            return;
        }
        String examples = RejectedFiles.examples(
                staged.rejected().filter(col(DatasetSchema.ERROR_CLASS).notEqual(FileOutcomes.CONFLICT)));
        output.discard(StagedDataset.CHECKED);
        Path kept = output.show(DatasetSchema.REJECTED);
        throw all.refusal(listing.input().root().toString(), recipe.maxRejectedFraction(), examples, kept);
    }

    private Map<Integer, List<Long>> perLabel(Optional<Ledger> known) {
        return known.map(ledger -> new Ledger(
                        ledger.kept().filter(col(DatasetSchema.GIVEN_SPLIT).isNull())))
                .map(Ledger::perLabel)
                .orElse(Map.of());
    }

    /** Groups with their splits, those of earlier runs first; empty if the input has no groups. */
    private Optional<Dataset<Row>> groups(Dataset<Row> outcomes, Optional<Ledger> known) {
        if (recipe.source().columns().group().isEmpty()) {
            return Optional.empty();
        }
        Dataset<Row> added = dealing.ofGroups(outcomes, known.map(Ledger::groups));
        Dataset<Row> all =
                known.map(ledger -> ledger.groups().unionByName(added)).orElse(added);
        return Optional.of(StagedDataset.forJoin(staged.staged(all, StagedDataset.GROUPS)));
    }

    private Dataset<Row> decided(Dataset<Row> outcomes, Broadcast<SplitPlan> plan, Optional<Dataset<Row>> groups) {
        return dealing.assign(outcomes, plan, groups)
                .withColumn(
                        DatasetSchema.SPLIT,
                        when(col(DatasetSchema.OUTCOME).equalTo(FileOutcomes.KEPT), col(DatasetSchema.SPLIT)));
    }

    private List<String> writeSplits(
            Dataset<Row> checked,
            Dataset<Row> outcomes,
            Dataset<Row> decided,
            Broadcast<SplitPlan> plan,
            Optional<Dataset<Row>> groups) {
        Dataset<Row> good = checked.filter(col(DatasetSchema.ERROR_CLASS).isNull());
        Dataset<Row> dropped = outcomes.filter(col(DatasetSchema.ERROR_CLASS).isNull())
                .filter(col(DatasetSchema.OUTCOME).notEqual(FileOutcomes.KEPT))
                .select(col(DatasetSchema.ID).as("dropped"));
        Dataset<Row> kept = dropped.isEmpty()
                ? good
                : good.join(
                        StagedDataset.forJoin(dropped),
                        good.col(DatasetSchema.ID).equalTo(col("dropped")),
                        "left_anti");
        return staged.writeSplits(dealing.assign(kept, plan, groups), filesPerSplit(decided));
    }

    /** Number of files by {@code targetShardBytes}, but up to {@value #FILES_FOR_PARALLEL_READING} for smaller data. */
    private Map<Split, Integer> filesPerSplit(Dataset<Row> decided) {
        Map<Split, Integer> files = new EnumMap<>(Split.class);
        Stream.of(Split.values()).forEach(split -> files.put(split, 0));
        decided.filter(col(DatasetSchema.SPLIT).isNotNull())
                .groupBy(DatasetSchema.SPLIT)
                .agg(count(lit(1)), sum(DatasetSchema.STORED_BYTES))
                .collectAsList()
                .forEach(row -> {
                    long pictures = row.getLong(1);
                    long bySize = (row.getLong(2) - 1) / recipe.targetShardBytes() + 1;
                    long byCount = Math.min(FILES_FOR_PARALLEL_READING, (pictures + 255) / 256);
                    files.put(Split.of(row.getString(0)), (int) Math.min(pictures, Math.max(bySize, byCount)));
                });
        return files;
    }

    private void publish(List<String> splits, DatasetDescription description) {
        List<String> parts = new ArrayList<>(splits);
        parts.add(DatasetSchema.REJECTED);
        parts.add(DatasetSchema.FILES);
        if (existing.isPresent()) {
            parts.forEach(part -> output.number(part, true));
            output.add(description.toJson());
        } else {
            parts.forEach(part -> output.number(part, false));
            output.publish(parts);
            output.finish(description.toJson());
        }
    }

    private DatasetDescription describe(Ledger all, List<String> labelNames) {
        Map<String, Long> perOutcome = Ledger.perOutcome(all.rows());
        Map<String, Map<String, Long>> perSplit = all.perSplit(labelNames);
        Map<String, Double> weights =
                recipe.classWeights().weights(labelNames, perSplit.getOrDefault(Split.TRAIN.key(), Map.of()));
        String input = context.path("input", recipe.input()).toString();
        Map<String, Object> content = recipe.content(input);
        return new DatasetDescription(
                DatasetDescription.FORMAT_VERSION,
                ShardRecipe.fingerprint(content),
                DatasetDescription.contentFingerprint(
                        recipe.seed(), recipe.splits(), recipe.resize(), all.contentHash(), weights),
                input,
                listing.fingerprint(),
                recipe.seed(),
                labelNames,
                recipe.splits(),
                recipe.resize(),
                perSplit,
                Ledger.totalsOf(perOutcome),
                Ledger.rejectedOf(perOutcome),
                weights,
                quality(all),
                content);
    }

    private Quality quality(Ledger all) {
        Quality quality = new Quality(NearDuplicates.among(all.kept()), all.inSeveralSplits());
        quality.nearDuplicates()
                .pictures()
                .forEach((splits, pictures) -> context.progress()
                        .tell("near duplicates, " + splits + ": " + pictures
                                + " pictures; dataset.json names some of them"));
        if (quality.inSeveralSplits() > 0) {
            context.progress()
                    .tell(quality.inSeveralSplits()
                            + " pictures were in several splits of the input; each is kept in the held-out one");
        }
        return quality;
    }

    private Map<String, Long> withExisting(Map<String, Long> found) {
        Map<String, Long> all = new HashMap<>(found);
        existing.ifPresent(
                dataset -> perName(dataset).forEach((name, pictures) -> all.merge(name, pictures, Long::sum)));
        return all;
    }

    private static Map<String, Long> perName(DatasetDescription dataset) {
        Map<String, Long> counts = new HashMap<>();
        dataset.counts().values().forEach(ofSplit -> ofSplit.forEach((name, n) -> counts.merge(name, n, Long::sum)));
        return counts;
    }
}
