package org.sparkfinetune.jobs.pictures;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.Ledger;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.data.source.PictureInput;
import org.sparkfinetune.data.source.SourceReading;
import org.sparkfinetune.jobs.run.JobContext;
import scala.Tuple2;

/**
 * The pictures of an input as they are now, listed once. Only counts and names of classes come to the driver.
 *
 * @param input the input
 * @param files pictures without bytes, kept on the disks of the executors until this is closed
 * @param pictures the same pictures, with bytes if the input has them in its rows
 * @param hadoop settings for tasks that read the pictures
 */
public record SourceListing(
        PictureInput input,
        JavaRDD<PictureFile> files,
        JavaRDD<PictureFile> pictures,
        Broadcast<SerializableConfiguration> hadoop)
        implements AutoCloseable {
    private static final long PICTURES_PER_TASK = 1000;
    private static final StructType IDENTITIES = new StructType()
            .add(DatasetSchema.PATH, DataTypes.StringType)
            .add(DatasetSchema.LENGTH, DataTypes.LongType)
            .add(DatasetSchema.VERSION, DataTypes.LongType)
            .add(DatasetSchema.LABEL_NAME, DataTypes.StringType)
            .add(DatasetSchema.GIVEN_SPLIT, DataTypes.StringType)
            .add(DatasetSchema.GROUP, DataTypes.StringType);

    public static SourceListing of(PictureInput input, SourceReading reading) {
        JavaRDD<PictureFile> pictures = input.pictures(reading);
        JavaRDD<PictureFile> files = pictures.map(PictureFile::listed).persist(StorageLevel.DISK_ONLY());
        return new SourceListing(input, files, input.carriesBytes() ? pictures : files, reading.hadoop());
    }

    /** The means to read an input in this application. */
    public static SourceReading reading(JobContext context) {
        JavaSparkContext spark = context.java();
        return new SourceReading(
                spark, context.spark()::read, spark.broadcast(new SerializableConfiguration(context.hadoop())));
    }

    /** A text that changes when a file is added, removed or rewritten, or gets another label, split or group. */
    public String fingerprint() {
        return PictureFile.fingerprint(files);
    }

    /** Number of files by label name; without empty classes and files without a label. */
    public static Map<String, Long> countByLabel(JavaRDD<PictureFile> files) {
        Map<String, Long> counts = new HashMap<>(files.map(file ->
                        file.tags().labelName() == null ? "" : file.tags().labelName())
                .countByValue());
        counts.remove("");
        return counts;
    }

    /**
     * The names of the classes, in the order of their labels.
     *
     * @param known names that keep their labels
     * @param counted names that pictures have
     */
    public List<String> labelNames(List<String> known, Set<String> counted) {
        Set<String> added = new TreeSet<>(input.declaredLabels());
        added.addAll(counted);
        known.forEach(added::remove);
        List<String> names = new ArrayList<>(known);
        boolean numbers = added.stream().allMatch(name -> name.matches("\\d{1,9}"));
        added.stream()
                .sorted((a, b) -> numbers ? Integer.compare(Integer.parseInt(a), Integer.parseInt(b)) : a.compareTo(b))
                .forEach(names::add);
        return names;
    }

    /** Whether the input gives every picture a split. */
    public boolean isSplit() {
        return files.filter(file -> file.tags().split() == null).isEmpty();
    }

    /** How the pictures differ from those of a ledger. */
    public Ledger.Changes changes(JobContext context, Ledger ledger) {
        return changes(context, files, ledger);
    }

    /** How some listed pictures differ from those of a ledger. */
    public static Ledger.Changes changes(JobContext context, JavaRDD<PictureFile> files, Ledger ledger) {
        Dataset<Row> now = context.spark()
                .createDataFrame(
                        files.map(file -> RowFactory.create(
                                file.path(),
                                file.length(),
                                file.version(),
                                file.tags().labelName(),
                                file.tags().split(),
                                file.tags().group())),
                        IDENTITIES);
        return ledger.changes(now);
    }

    /** The pictures whose paths are not in a ledger. */
    public JavaRDD<PictureFile> added(Ledger ledger) {
        var known = ledger.rows()
                .select(DatasetSchema.PATH)
                .distinct()
                .toJavaRDD()
                .mapToPair(row -> new Tuple2<>(row.getString(0), true));
        return pictures.mapToPair(file -> new Tuple2<>(file.path(), file))
                .leftOuterJoin(known)
                .values()
                .filter(found -> !found._2().isPresent())
                .map(Tuple2::_1);
    }

    /**
     * Distributes pictures over tasks of about the same size. Pictures with bytes are not moved as long as every slot
     * has work.
     *
     * @param count number of the pictures
     */
    public JavaRDD<PictureFile> balanced(JavaRDD<PictureFile> some, long count, int taskSlots) {
        int tasks = (int) Math.max(1, Math.min(count, Math.max(4L * taskSlots, count / PICTURES_PER_TASK)));
        boolean asItIs = input.carriesBytes() && some.getNumPartitions() >= taskSlots;
        return asItIs ? some : some.repartition(tasks);
    }

    @Override
    public void close() {
        files.unpersist(false);
        hadoop.unpersist();
    }
}
