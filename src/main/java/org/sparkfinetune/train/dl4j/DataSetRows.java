package org.sparkfinetune.train.dl4j;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.storage.SparkFailures;
import scala.Tuple2;

/**
 * An RDD of DL4J's data sets, each with any number of rows, as numbered single examples: an example is one row of all
 * arrays, including masks. One pass over the RDD counts the examples.
 */
final class DataSetRows {
    private final long[] firstOfPartition;

    private DataSetRows(long[] firstOfPartition) {
        this.firstOfPartition = firstOfPartition;
    }

    /**
     * Counts the examples.
     *
     * @throws BadDataException if there are no examples, or a data set is malformed
     */
    static DataSetRows count(JavaRDD<MultiDataSet> dataSets) {
        List<Long> counts;
        try {
            counts = dataSets.mapPartitions(DataSetRows::countPartition).collect();
        } catch (Exception e) {
            // Spark throws checked exceptions that Scala does not declare.
            throw SparkFailures.translate(e, "training data");
        }
        long[] firsts = new long[counts.size() + 1];
        for (int i = 0; i < counts.size(); i++) {
            firsts[i + 1] = firsts[i] + counts.get(i);
        }
        DataSetRows rows = new DataSetRows(firsts);
        if (rows.count() == 0) {
            throw new BadDataException("training data", "it contains no examples");
        }
        return rows;
    }

    /** Number of examples. */
    long count() {
        return firstOfPartition[firstOfPartition.length - 1];
    }

    /** Pairs of an index, 0 to n-1 in the order of the RDD, and the bytes of a {@link DataSetRow}. */
    JavaPairRDD<Long, byte[]> number(JavaRDD<MultiDataSet> dataSets) {
        long[] firsts = firstOfPartition;
        return JavaPairRDD.fromJavaRDD(
                dataSets.mapPartitionsWithIndex((partition, sets) -> new Numbered(firsts[partition], sets), true));
    }

    private static Iterator<Long> countPartition(Iterator<MultiDataSet> sets) {
        long rows = 0;
        while (sets.hasNext()) {
            rows += DataSetRow.count(sets.next());
        }
        return List.of(rows).iterator();
    }

    private static final class Numbered implements Iterator<Tuple2<Long, byte[]>> {
        private final Iterator<MultiDataSet> sets;
        private Iterator<byte[]> rows = Collections.emptyIterator();
        private long next;

        Numbered(long first, Iterator<MultiDataSet> sets) {
            this.next = first;
            this.sets = sets;
        }

        @Override
        public boolean hasNext() {
            while (!rows.hasNext() && sets.hasNext()) {
                rows = DataSetRow.split(sets.next()).iterator();
            }
            return rows.hasNext();
        }

        @Override
        public Tuple2<Long, byte[]> next() {
            if (!hasNext()) {
                throw new java.util.NoSuchElementException("the partition has no more rows");
            }
            return new Tuple2<>(next++, rows.next());
        }
    }
}
