package org.sparkfinetune.jobs.examples;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.jobs.pictures.DatasetPictures;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.storage.ByPartitionNumber;
import scala.Tuple2;

/**
 * The pictures of one split, numbered 0 to n - 1 by the hash of their content. Therefore a number means the same
 * picture however the files are split. Holds one broadcast until it is closed.
 */
public final class DatasetExamples implements AutoCloseable {
    private final JobContext context;
    private final Dataset<Row> pictures;
    private final Broadcast<PictureNumbers> numbers;

    /**
     * Reads the hashes of the split, but no pictures.
     *
     * @param split a split that is not empty
     */
    public DatasetExamples(JobContext context, Path dataset, Split split) {
        this.context = context;
        this.pictures = DatasetPictures.read(context, dataset, List.of(split))
                .select(DatasetSchema.SHA256, DatasetSchema.PATH, DatasetSchema.LABEL, DatasetSchema.IMAGE);
        List<long[]> identities = DatasetPictures.read(context, dataset, List.of(split))
                .select(DatasetSchema.SHA256)
                .toJavaRDD()
                .map(row -> PictureNumbers.identity(row.getString(0)))
                .glom()
                .map(part -> part.stream().mapToLong(Long::longValue).toArray())
                .collect();
        String place = DatasetDescription.splitFolder(dataset, split).toString();
        this.numbers = context.java().broadcast(PictureNumbers.of(place, identities));
    }

    /** Number of pictures. */
    long count() {
        return numbers.value().count();
    }

    /**
     * Pictures by number, in any order; each use reads the files, part by part.
     *
     * @param epoch see {@link LabelledPicture}
     */
    JavaPairRDD<Long, LabelledPicture> pictures(int epoch) {
        Broadcast<PictureNumbers> known = numbers;
        return pictures.toJavaRDD().mapToPair(row -> {
            LabelledPicture picture = picture(row, epoch);
            return new Tuple2<>(known.value().of(picture.identity()), picture);
        });
    }

    private static LabelledPicture picture(Row row, int epoch) {
        return new LabelledPicture(
                row.getAs(DatasetSchema.PATH),
                PictureNumbers.identity(row.getAs(DatasetSchema.SHA256)),
                epoch,
                row.getAs(DatasetSchema.LABEL),
                row.getAs(DatasetSchema.IMAGE));
    }

    /** Paths of some pictures by number; reads no pictures. */
    public Map<Long, String> paths(Set<Long> wanted) {
        Broadcast<PictureNumbers> known = numbers;
        Set<Long> some = new HashSet<>(wanted);
        return pictures.select(DatasetSchema.SHA256, DatasetSchema.PATH)
                .toJavaRDD()
                .mapToPair(row ->
                        new Tuple2<>(known.value().of(PictureNumbers.identity(row.getString(0))), row.getString(1)))
                .filter(picture -> some.contains(picture._1()))
                .collectAsMap();
    }

    /**
     * The pictures as held-out ones, in the order of their numbers, evenly assigned to tasks however the files are
     * split.
     */
    JavaPairRDD<Long, LabelledPicture> sorted() {
        long count = count();
        int parts = context.tasks(count);
        // Part p of P begins with number p * count / P.
        return pictures(LabelledPicture.HELD_OUT)
                .repartitionAndSortWithinPartitions(
                        new ByPartitionNumber<Long>(parts, number -> (int) (number * parts / count)));
    }

    @Override
    public void close() {
        numbers.destroy();
    }
}
