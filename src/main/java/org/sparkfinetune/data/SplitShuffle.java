package org.sparkfinetune.data;

import java.io.Serializable;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.Function1;
import scala.Tuple2;

/**
 * Deals the pictures to their splits and files, in the order of {@link SplitPlan#orderKey}, which mixes the classes. One
 * shuffle serves all splits. Of byte-identical files, which meet side by side in this order, the one with the smallest path
 * is kept.
 */
public final class SplitShuffle {
    private final JavaPairRDD<Tuple2<Integer, String>, Row> shuffled;
    private final Map<String, Integer> filesPerSplit;

    /**
     * Nothing runs yet.
     *
     * @param checked rows of {@link DatasetSchema#CHECKED}
     * @param conflicts SHA-256 of the pictures to leave out
     * @param filesPerSplit split to its number of files, 0 for an empty split
     */
    public SplitShuffle(
            Dataset<Row> checked,
            Broadcast<SplitPlan> plan,
            Broadcast<Set<String>> conflicts,
            Map<String, Integer> filesPerSplit) {
        this.filesPerSplit = filesPerSplit;
        int files = filesPerSplit.values().stream().mapToInt(Integer::intValue).sum();
        FileOfPicture fileOf = new FileOfPicture(
                filesPerSplit.get(DatasetSchema.TRAIN),
                filesPerSplit.get(DatasetSchema.VALIDATION),
                filesPerSplit.get(DatasetSchema.TEST));
        this.shuffled = checked.select(
                        DatasetSchema.PATH,
                        DatasetSchema.IMAGE,
                        DatasetSchema.WIDTH,
                        DatasetSchema.HEIGHT,
                        DatasetSchema.LABEL,
                        DatasetSchema.LABEL_NAME,
                        DatasetSchema.SHA256)
                .filter(checked.col(DatasetSchema.ERROR_CLASS).isNull())
                .toJavaRDD()
                .filter(row -> !conflicts.value().contains(row.getString(6)))
                .mapToPair(row -> {
                    String key = plan.value().orderKey(row.getString(6));
                    int file = fileOf.index(plan.value().splitOf(row.getInt(4), key), key);
                    return new Tuple2<>(new Tuple2<>(file, key + row.getString(0)), withoutSchema(row));
                })
                .repartitionAndSortWithinPartitions(new ByFile(files), new ByText());
    }

    /** The rows of one split as {@link DatasetSchema#PICTURES}, a partition for each file. */
    public JavaRDD<Row> rows(String split) {
        int first = 0;
        for (String before : DatasetSchema.SPLITS.subList(0, DatasetSchema.SPLITS.indexOf(split))) {
            first += filesPerSplit.get(before);
        }
        return PartitionPruningRDD.create(
                        shuffled.values()
                                .mapPartitions(
                                        rows -> StreamSupport.stream(
                                                        Spliterators.spliteratorUnknownSize(rows, Spliterator.ORDERED),
                                                        false)
                                                .filter(new FirstOfEach())
                                                .iterator(),
                                        true)
                                .rdd(),
                        new Between(first, first + filesPerSplit.get(split)))
                .toJavaRDD();
    }

    /** A row from a file carries its schema, which would travel with every hundredth row of the shuffle. */
    private static Row withoutSchema(Row row) {
        Object[] values = new Object[row.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(i);
        }
        return RowFactory.create(values);
    }

    /** True for the first of rows with the same SHA-256 that follow one another. */
    private static final class FirstOfEach implements Predicate<Row> {
        private String previous = "";

        @Override
        public boolean test(Row row) {
            boolean first = !row.getString(6).equals(previous);
            previous = row.getString(6);
            return first;
        }
    }

    /** Files are numbered through the splits; within a split by the leading 32 bits of the key, which are uniform. */
    record FileOfPicture(int trainFiles, int validationFiles, int testFiles) implements Serializable {
        int index(String split, String orderKey) {
            return switch (split) {
                case DatasetSchema.TRAIN -> slice(orderKey, trainFiles);
                case DatasetSchema.VALIDATION -> trainFiles + slice(orderKey, validationFiles);
                default -> trainFiles + validationFiles + slice(orderKey, testFiles);
            };
        }

        private static int slice(String orderKey, int files) {
            return (int) (Long.parseLong(orderKey, 0, 8, 16) * files >>> 32);
        }
    }

    private static final class ByFile extends Partitioner {
        private static final long serialVersionUID = 1L;

        private final int files;

        ByFile(int files) {
            this.files = files;
        }

        @Override
        public int numPartitions() {
            return files;
        }

        @Override
        public int getPartition(Object key) {
            return (Integer) ((Tuple2<?, ?>) key)._1();
        }
    }

    private static final class ByText implements Comparator<Tuple2<Integer, String>>, Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public int compare(Tuple2<Integer, String> a, Tuple2<Integer, String> b) {
            return a._2().compareTo(b._2());
        }
    }

    private static final class Between implements Function1<Object, Object>, Serializable {
        private static final long serialVersionUID = 1L;

        private final int from;
        private final int until;

        Between(int from, int until) {
            this.from = from;
            this.until = until;
        }

        @Override
        public Object apply(Object partition) {
            return (Integer) partition >= from && (Integer) partition < until;
        }
    }
}
