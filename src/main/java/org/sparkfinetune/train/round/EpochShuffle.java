package org.sparkfinetune.train.round;

import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.rdd.RDD;
import org.sparkfinetune.storage.ByPartitionNumber;
import org.sparkfinetune.train.EpochOrder;
import org.sparkfinetune.train.RoundPlan;
import scala.Tuple2;
import scala.runtime.AbstractFunction1;

/**
 * The shuffle of an epoch: every example goes to the partition of its slice, sorted by position. The map side, which
 * reads and decodes the examples, runs only once, with the first round. Each round then fetches its own partitions from
 * the shuffle files.
 *
 * @param <T> an example
 */
public final class EpochShuffle<T> implements AutoCloseable {
    private final RDD<Tuple2<Long, T>> slices;
    private final int workers;

    EpochShuffle(JavaPairRDD<Long, T> examples, RoundPlan plan, int epoch) {
        this.workers = plan.workers();
        this.slices = examples.mapPartitionsToPair(
                        new Positions<T>(plan.examples(), plan.training().seed(), epoch))
                .repartitionAndSortWithinPartitions(new ByPartitionNumber<Long>(
                        plan.partitions(), position -> position < plan.examples() ? plan.partitionOf(position) : 0))
                .rdd();
    }

    /** The slices of one round, 0-based; partition i is the slice of worker i. */
    JavaRDD<Tuple2<Long, T>> round(int round) {
        int workersHere = workers;
        PartitionPruningRDD<Tuple2<Long, T>> ofRound =
                PartitionPruningRDD.create(slices, new InRound(round, workersHere));
        return ofRound.toJavaRDD();
    }

    /** Removes the shuffle files, which Spark would keep until a garbage collection of the driver. */
    @Override
    public void close() {
        removeShuffle(slices);
    }

    /** Removes the files of the shuffle that an RDD directly depends on. */
    public static void removeShuffle(RDD<?> shuffled) {
        ShuffleDependency<?, ?, ?> shuffle =
                (ShuffleDependency<?, ?, ?>) shuffled.dependencies().head();
        if (shuffled.context().cleaner().isDefined()) {
            shuffled.context().cleaner().get().doCleanupShuffle(shuffle.shuffleId(), false);
        }
    }

    /**
     * Maps (index, example) to (position, example); indices outside 0..n-1 go to position n, where they are detected.
     */
    private record Positions<T>(long examples, long seed, int epoch)
            implements PairFlatMapFunction<Iterator<Tuple2<Long, T>>, Long, T> {
        @Override
        public Iterator<Tuple2<Long, T>> call(Iterator<Tuple2<Long, T>> indexed) {
            EpochOrder order = new EpochOrder(examples, seed, epoch);
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return indexed.hasNext();
                }

                @Override
                public Tuple2<Long, T> next() {
                    Tuple2<Long, T> example = indexed.next();
                    long index = example._1();
                    boolean known = index >= 0 && index < examples;
                    return new Tuple2<>(known ? order.positionOf(index) : examples, example._2());
                }
            };
        }
    }

    private static final class InRound extends AbstractFunction1<Object, Object> implements Serializable {
        private static final long serialVersionUID = 1L;

        private final int round;
        private final int workers;

        InRound(int round, int workers) {
            this.round = round;
            this.workers = workers;
        }

        @Override
        public Object apply(Object partition) {
            return (Integer) partition / workers == round;
        }
    }
}
