package org.sparkfinetune.data.dataset;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.sparkfinetune.storage.ByPartitionNumber;
import scala.Function1;
import scala.Tuple2;

/**
 * Moves the pictures to the files of their splits, in the order of {@link SplitPlan#orderKey}, which mixes the classes.
 * One shuffle serves all splits.
 */
public final class SplitShuffle {
    private static final int PICTURE_COLUMNS = DatasetSchema.PICTURES.size();

    private final JavaPairRDD<Tuple2<Integer, String>, Row> shuffled;
    private final Map<Split, Integer> filesPerSplit;

    /**
     * Nothing runs yet.
     *
     * @param assigned result of {@link SplitAssignment#assign}, with the columns of {@link DatasetSchema#PICTURES}
     * @param filesPerSplit split to its number of files, 0 for an empty split
     */
    public SplitShuffle(Dataset<Row> assigned, Map<Split, Integer> filesPerSplit) {
        this.filesPerSplit = filesPerSplit;
        int files = filesPerSplit.values().stream().mapToInt(Integer::intValue).sum();
        FileOfPicture fileOf = new FileOfPicture(
                filesPerSplit.get(Split.TRAIN), filesPerSplit.get(Split.VALIDATION), filesPerSplit.get(Split.TEST));
        Column[] columns = Stream.concat(
                        Arrays.stream(DatasetSchema.PICTURES.fieldNames()),
                        Stream.of(DatasetSchema.SPLIT, DatasetSchema.ORDER_KEY))
                .map(name -> col(name))
                .toArray(Column[]::new);
        this.shuffled = assigned.select(columns)
                .toJavaRDD()
                .mapToPair(row -> {
                    String key = row.getString(PICTURE_COLUMNS + 1);
                    int file = fileOf.index(row.getString(PICTURE_COLUMNS), key);
                    return new Tuple2<>(new Tuple2<>(file, key), picture(row));
                })
                .repartitionAndSortWithinPartitions(
                        new ByPartitionNumber<Tuple2<Integer, String>>(files, key -> key._1()), new ByText());
    }

    /** Returns the rows of one split as {@link DatasetSchema#PICTURES}, one partition per file. */
    public JavaRDD<Row> rows(Split split) {
        int first = 0;
        for (int before = 0; before < split.ordinal(); before++) {
            first += filesPerSplit.get(Split.values()[before]);
        }
        return PartitionPruningRDD.create(shuffled.values().rdd(), new Between(first, first + filesPerSplit.get(split)))
                .toJavaRDD();
    }

    /**
     * Returns the row without the schema of a row from a file, which would travel with every hundredth row of the
     * shuffle.
     */
    private static Row picture(Row row) {
        Object[] values = new Object[PICTURE_COLUMNS];
        for (int i = 0; i < PICTURE_COLUMNS; i++) {
            values[i] = row.get(i);
        }
        return RowFactory.create(values);
    }

    /** Files are numbered through the splits; within a split by the leading 32 bits of the key, which are uniform. */
    record FileOfPicture(int trainFiles, int validationFiles, int testFiles) implements Serializable {
        int index(String split, String orderKey) {
            return switch (Split.of(split)) {
                case TRAIN -> slice(orderKey, trainFiles);
                case VALIDATION -> trainFiles + slice(orderKey, validationFiles);
                case TEST -> trainFiles + validationFiles + slice(orderKey, testFiles);
            };
        }

        private static int slice(String orderKey, int files) {
            return (int) (Long.parseLong(orderKey, 0, 8, 16) * files >>> 32);
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
