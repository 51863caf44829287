package org.sparkfinetune.jobs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.data.CheckedPictures;
import org.sparkfinetune.data.CheckedPictures.LabelTotals;
import org.sparkfinetune.data.ClassFolders;
import org.sparkfinetune.data.DatasetDescription;
import org.sparkfinetune.data.DatasetDescription.Totals;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.data.PictureCheck;
import org.sparkfinetune.data.SplitPlan;
import org.sparkfinetune.data.StagedOutput;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.report.RunReport;

/**
 * Class folders in, dataset out (layout: {@link DatasetSchema}). Every picture is read and decoded once, into a staging folder;
 * duplicates, conflicts and splits are then decided from hashes alone, and one shuffle puts the pictures in their final
 * order. The same recipe on the same files gives the same rows in the same splits, however Spark divides the work.
 */
public final class ShardJob {
    private static final int REJECTED_EXAMPLES = 3;
    private static final long PICTURES_PER_TASK = 1000;
    private static final long FILES_FOR_PARALLEL_READING = 8;

    private final JobContext context;
    private final JobReport report;
    private final SparkSession spark;
    private final ShardRecipe recipe;
    private final Progress progress;
    private final Path input;
    private final Path output;
    private final StagedOutput staged;
    private final StagedDataset dataset;
    private final ShardRequirements requirements;

    /**
     * Touches nothing yet.
     *
     * @throws InvalidRequestException when input or output is no path
     */
    public ShardJob(ShardRecipe recipe, JobContext context) {
        this.context = context;
        this.spark = context.spark();
        this.recipe = recipe;
        this.progress = context.progress();
        this.report = new JobReport(context, recipe.kind(), recipe.seed());
        this.input = context.path("input", recipe.input());
        this.output = context.path("output", recipe.output());
        List<String> parts = new ArrayList<>(List.of(DatasetSchema.REJECTED, Reports.FILE));
        DatasetSchema.SPLITS.forEach(split -> parts.add(DatasetSchema.folderOf(split)));
        this.staged = new StagedOutput(context.files(output), output, DatasetDescription.FILE_NAME, parts);
        this.dataset = new StagedDataset(spark, staged, progress);
        this.requirements = new ShardRequirements(recipe.splits().picturesNeeded(), recipe.maxRejectedFraction());
    }

    /**
     * Makes the dataset, or finds it made already.
     *
     * @throws InvalidRequestException when the output folder holds something else
     * @throws org.sparkfinetune.check.BadDataException when the input has too few usable pictures or the file system refuses
     */
    public RunReport run() {
        Optional<DatasetDescription> finished = finished();
        if (finished.isPresent()) {
            progress.tell("already done: " + recipe.output());
        }
        return report(finished.isPresent() ? finished.get() : make());
    }

    private RunReport report(DatasetDescription dataset) {
        DatasetDescription.Totals totals = dataset.totals();
        Map<String, Long> perSplit = new LinkedHashMap<>();
        DatasetSchema.SPLITS.forEach(split -> perSplit.put(split, dataset.pictures(split)));
        Map<String, Long> perLabel = new LinkedHashMap<>();
        dataset.labelNames().forEach(label -> perLabel.put(label, dataset.pictures(label, DatasetSchema.SPLITS)));
        RunReport done = report.fingerprint(dataset.contentFingerprint())
                .input("pictures", input + " " + dataset.sourceFingerprint())
                .data(new RunReport.Data(
                        totals.pictures(),
                        totals.rejected(),
                        perSplit,
                        perLabel,
                        totals.duplicates(),
                        totals.conflicts()))
                .output("dataset", output)
                .output("rejected", new Path(output, DatasetSchema.REJECTED))
                .done();
        context.files(output).writeText(new Path(output, Reports.FILE), Reports.write(done));
        return done;
    }

    /** The dataset in the output folder when it is whole and of this recipe. */
    public Optional<DatasetDescription> finished() {
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
            throw new InvalidRequestException(
                    output.toString(),
                    "holds a dataset that another recipe made (" + differences(found.recipe(), wanted)
                            + "); choose another output, or set overwrite: true to replace it");
        }
        return unchanged(found);
    }

    /** The pictures may be gone once the dataset is made; when they are there, they must be those it was made of. */
    private Optional<DatasetDescription> unchanged(DatasetDescription found) {
        if (!context.files(input).exists(input)) {
            return Optional.of(found);
        }
        ClassFolders folders = ClassFolders.under(input, context.files(input));
        try (SourceListing listing = SourceListing.of(folders, context.java())) {
            if (listing.fingerprint().equals(found.sourceFingerprint())) {
                return Optional.of(found);
            }
        }
        if (recipe.overwrite()) {
            return Optional.empty();
        }
        throw new InvalidRequestException(
                output.toString(),
                "holds a dataset of " + input
                        + " as it was before its files changed; --set overwrite=true makes it again,"
                        + " another output keeps both");
    }

    private static String differences(Map<String, Object> there, Map<String, Object> here) {
        return here.keySet().stream()
                .filter(key -> !String.valueOf(here.get(key)).equals(String.valueOf(there.get(key))))
                .map(key -> key + " is " + there.get(key) + " there, " + here.get(key) + " here")
                .collect(Collectors.joining("; "));
    }

    private DatasetDescription make() {
        ClassFolders folders = ClassFolders.under(input, context.files(input));
        staged.begin();
        long files;
        String sourceFingerprint;
        try (SourceListing listing = SourceListing.of(folders, context.java())) {
            sourceFingerprint = listing.fingerprint();
            files = check(folders, listing);
        }
        CheckedPictures pictures = new CheckedPictures(dataset.checked());
        Set<String> conflicts = pictures.conflicts();
        dataset.write(pictures.rejects(conflicts), DatasetSchema.REJECTED);
        Map<String, Long> rejected = pictures.rejectedByClass();
        requireFewRejected(files, rejected);

        Map<Integer, LabelTotals> totals = pictures.totals();
        Map<Integer, Long> usable = new TreeMap<>();
        totals.forEach((label, ofLabel) -> usable.put(label, ofLabel.pictures()));
        requirements.requireEnough(folders, usable, "usable pictures");
        Map<Integer, List<Long>> counts = new TreeMap<>();
        usable.forEach((label, ofLabel) -> counts.put(label, recipe.splits().counts(ofLabel)));

        SplitPlan plan = pictures.plan(recipe.seed(), counts);
        List<String> parts = dataset.writeSplits(plan, conflicts, filesPerSplit(counts, totals));
        DatasetDescription description = describe(folders, files, totals, rejected, counts)
                .identified(sourceFingerprint, pictures.contentHash());
        dataset.requireWritten(description);
        parts.add(DatasetSchema.REJECTED);
        staged.publish(parts);
        staged.finish(description.toJson());
        return description;
    }

    /** Reads, hashes, checks, decodes and resizes; returns the number of files. */
    private long check(ClassFolders folders, SourceListing listing) {
        Map<Integer, Long> found = ClassFolders.countByLabel(listing.files());
        requirements.requireEnough(folders, found, "files");
        long total = found.values().stream().mapToLong(Long::longValue).sum();
        LongAccumulator seen = spark.sparkContext().longAccumulator("pictures");
        PictureCheck check =
                new PictureCheck(listing.hadoop(), folders.labelNames(), recipe.limits(), recipe.resize(), seen);
        int tasks = (int) Math.min(total, Math.max(4L * context.taskSlots(), total / PICTURES_PER_TASK));
        try (ProgressWatch watch = context.watch("read pictures", total, "images", seen)) {
            JavaRDD<Row> checked = listing.files().repartition(tasks).map(check);
            dataset.write(spark.createDataFrame(checked, DatasetSchema.CHECKED), StagedDataset.CHECKED);
        }
        return total;
    }

    private void requireFewRejected(long files, Map<String, Long> rejectedByClass) {
        if (!requirements.tooManyRejected(files, rejectedByClass)) {
            return;
        }
        List<String> examples = dataset.rejected().limit(REJECTED_EXAMPLES).collectAsList().stream()
                .map(row -> row.getString(0) + " (" + row.getString(1) + ")")
                .toList();
        Path kept = staged.staged(DatasetSchema.REJECTED);
        staged.discard(StagedDataset.CHECKED);
        if (staged.description().isEmpty()) {
            staged.publish(List.of(DatasetSchema.REJECTED));
            kept = new Path(output, DatasetSchema.REJECTED);
        }
        throw requirements.rejectedTooMany(input.toString(), files, rejectedByClass, examples, kept);
    }

    /** As many files as {@code targetShardBytes} asks for, and up to {@value #FILES_FOR_PARALLEL_READING} for smaller data. */
    private Map<String, Integer> filesPerSplit(Map<Integer, List<Long>> counts, Map<Integer, LabelTotals> totals) {
        Map<String, Integer> files = new HashMap<>();
        for (int split = 0; split < DatasetSchema.SPLITS.size(); split++) {
            long pictures = 0;
            double bytes = 0;
            for (Map.Entry<Integer, List<Long>> ofLabel : counts.entrySet()) {
                long count = ofLabel.getValue().get(split);
                LabelTotals label = totals.get(ofLabel.getKey());
                pictures += count;
                bytes += (double) label.bytes() * count / label.pictures();
            }
            long bySize = (long) Math.ceil(bytes / recipe.targetShardBytes());
            long byCount = Math.min(FILES_FOR_PARALLEL_READING, (pictures + 255) / 256);
            files.put(DatasetSchema.SPLITS.get(split), (int) Math.min(pictures, Math.max(bySize, byCount)));
        }
        return files;
    }

    private DatasetDescription describe(
            ClassFolders folders,
            long files,
            Map<Integer, LabelTotals> totals,
            Map<String, Long> rejectedByClass,
            Map<Integer, List<Long>> counts) {
        Map<String, Map<String, Long>> perSplit = new LinkedHashMap<>();
        counts.forEach((label, ofLabel) -> {
            for (int split = 0; split < ofLabel.size(); split++) {
                if (ofLabel.get(split) > 0) {
                    perSplit.computeIfAbsent(DatasetSchema.SPLITS.get(split), name -> new LinkedHashMap<>())
                            .put(folders.labelNames().get(label), ofLabel.get(split));
                }
            }
        });
        long pictures =
                totals.values().stream().mapToLong(LabelTotals::pictures).sum();
        long duplicates =
                totals.values().stream().mapToLong(LabelTotals::duplicates).sum();
        long rejected = ShardRequirements.sum(rejectedByClass);
        Map<String, Object> content = recipe.content(input.toString());
        return new DatasetDescription(
                DatasetDescription.FORMAT_VERSION,
                ShardRecipe.fingerprint(content),
                "",
                input.toString(),
                "",
                recipe.seed(),
                folders.labelNames(),
                recipe.splits(),
                recipe.resize(),
                perSplit,
                new Totals(files, pictures, duplicates, files - pictures - duplicates - rejected, rejected),
                rejectedByClass,
                content);
    }
}
