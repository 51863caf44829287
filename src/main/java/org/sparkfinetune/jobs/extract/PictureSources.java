package org.sparkfinetune.jobs.extract;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.Ledger;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.data.picture.PictureBytes;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.data.picture.PictureTags;
import org.sparkfinetune.data.source.PictureInput;
import org.sparkfinetune.data.source.PictureInputs;
import org.sparkfinetune.data.source.SourceOptions;
import org.sparkfinetune.data.source.SourceReading;
import org.sparkfinetune.features.PictureSource;
import org.sparkfinetune.jobs.pictures.DatasetPictures;
import org.sparkfinetune.jobs.pictures.SourceListing;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.storage.HadoopFiles;
import scala.Tuple2;

/**
 * The pictures of an extract or predict job: those of a dataset, or of any input of {@code shard}, with or without
 * labels.
 *
 * @param listed each picture once, without its bytes
 * @param pictures pictures to run the network over
 * @param carriesBytes whether pictures have their bytes, so that moving them to another task is expensive
 * @param labelNames names of the classes in the order of their labels; empty if no picture has a label
 * @param fingerprint text that changes when a picture is added, removed or rewritten
 * @param description description for progress lines
 * @param listing listing to be closed at the end
 */
record PictureSources(
        JavaRDD<PictureFile> listed,
        JavaRDD<PictureSource> pictures,
        boolean carriesBytes,
        List<String> labelNames,
        String fingerprint,
        String description,
        Optional<SourceListing> listing)
        implements AutoCloseable {
    /** Up to this number, keys of pictures are sent to every executor; more keys are joined with the pictures. */
    static final long MOST_KEYS_TO_SEND = 200_000;
    /** Bytes of a dataset that a task reads: one or two row groups. */
    private static final String BYTES_PER_TASK = String.valueOf(16L << 20);

    private static final int HASH_DIGITS = 15;

    /**
     * Opens the input, whatever kind it is.
     *
     * @param known names of classes that keep their labels
     * @throws BadDataException when it does not exist or holds no pictures
     */
    static PictureSources of(
            JobContext context, Path input, SourceOptions options, SourceReading reading, List<String> known) {
        HadoopFiles files = context.files(input);
        if (!files.exists(input)) {
            throw new BadDataException(
                    input.toString(), "does not exist; input must be a dataset, or a folder of pictures");
        }
        if (files.exists(new Path(input, DatasetDescription.FILE_NAME))) {
            return dataset(context, input, DatasetDescription.read(files.fileSystem(), input));
        }
        return collection(PictureInputs.any(input, options, reading), reading, known);
    }

    private static PictureSources dataset(JobContext context, Path input, DatasetDescription description) {
        SparkSession small = context.spark().newSession();
        small.conf().set("spark.sql.files.maxPartitionBytes", BYTES_PER_TASK);
        List<Split> splits = Stream.of(Split.values())
                .filter(split -> description.pictures(split) > 0)
                .toList();
        Dataset<Row> rows = DatasetPictures.read(new JobContext(small, context.progress()), input, splits);
        Dataset<Row> narrow = rows.select(
                new Column(DatasetSchema.PATH), new Column(DatasetSchema.SHA256), new Column(DatasetSchema.LABEL_NAME));
        return new PictureSources(
                narrow.toJavaRDD().map(PictureSources::listedInDataset),
                rows.toJavaRDD().map(PictureSources::fromDataset),
                true,
                description.labelNames(),
                description.contentFingerprint(),
                "dataset",
                Optional.empty());
    }

    /** A picture of a dataset, with the path that it had before. */
    private static PictureFile listedInDataset(Row row) {
        String sha256 = row.getAs(DatasetSchema.SHA256);
        return new PictureFile(
                row.getAs(DatasetSchema.PATH),
                PictureFile.UNKNOWN_LENGTH,
                Long.parseLong(sha256.substring(0, HASH_DIGITS), 16),
                PictureTags.labelled(row.getAs(DatasetSchema.LABEL_NAME)),
                new PictureBytes.Missing("a listing has no bytes"));
    }

    private static PictureSource fromDataset(Row row) {
        return new PictureSource(
                listedInDataset(row),
                row.getAs(DatasetSchema.LABEL),
                row.getAs(DatasetSchema.LABEL_NAME),
                row.getAs(DatasetSchema.SHA256),
                row.getAs(DatasetSchema.IMAGE));
    }

    private static PictureSources collection(PictureInput input, SourceReading reading, List<String> known) {
        SourceListing listing = SourceListing.of(input, reading);
        if (listing.files().isEmpty()) {
            throw new BadDataException(
                    input.root().toString(), "holds no files; input must be a dataset, or a collection of pictures");
        }
        Set<String> named = SourceListing.countByLabel(listing.files()).keySet();
        List<String> labelNames = listing.labelNames(known, named);
        Map<String, Integer> labels = new HashMap<>();
        labelNames.forEach(name -> labels.put(name, labels.size()));
        return new PictureSources(
                listing.files(),
                listing.pictures().map(file -> {
                    String name = file.tags().labelName();
                    return new PictureSource(file, labels.get(name), name, null, null);
                }),
                input.carriesBytes(),
                labelNames,
                listing.fingerprint(),
                input.description(),
                Optional.of(listing));
    }

    /** Whether these are the pictures of a dataset, which shard may have resized, and among which no two are equal. */
    boolean isDataset() {
        return listing.isEmpty();
    }

    /** How the pictures differ from those of a ledger. */
    Ledger.Changes changes(JobContext context, Ledger ledger) {
        return SourceListing.changes(context, listed, ledger);
    }

    /** Number of different pictures. */
    long count() {
        return listed.map(PictureFile::key).distinct().count();
    }

    /**
     * The pictures that are not finished.
     *
     * @param done keys of the finished pictures, see {@link PictureFile#key}
     */
    JavaRDD<PictureSource> without(JobContext context, JavaRDD<String> done) {
        long keys = done.count();
        if (keys == 0) {
            return pictures;
        }
        if (keys <= MOST_KEYS_TO_SEND) {
            Broadcast<Set<String>> sent = context.java().broadcast(Set.copyOf(done.collect()));
            return pictures.filter(
                    picture -> !sent.value().contains(picture.file().key()));
        }
        return pictures.mapToPair(picture -> new Tuple2<>(picture.file().key(), picture))
                .leftOuterJoin(done.mapToPair(key -> new Tuple2<>(key, true)))
                .values()
                .filter(found -> !found._2().isPresent())
                .map(Tuple2::_1);
    }

    /** Distributes pictures over tasks; those with bytes are not moved as long as every slot has work. */
    JavaRDD<PictureSource> balanced(JobContext context, JavaRDD<PictureSource> some, long count) {
        boolean asItIs = carriesBytes && some.getNumPartitions() >= 2 * context.taskSlots();
        return asItIs ? some : some.repartition(context.tasks(count));
    }

    @Override
    public void close() {
        listing.ifPresent(SourceListing::close);
    }
}
