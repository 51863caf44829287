package org.sparkfinetune.features.similar;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import scala.Function1;
import scala.Tuple2;

/**
 * Every pair of blocks that must be compared, a task each. What a pair has found is kept on the disks of the executors until this is
 * closed: for each of its pictures as many neighbours as are wanted, 12 bytes each, and at most 16 bytes for its links.
 */
public final class BlockPairs implements AutoCloseable {
    /** Number of a neighbour, as {@link VectorTable#PICTURE}. */
    public static final String NEIGHBOUR = "neighbour";

    public static final String RANK = "rank";
    public static final String VALUE = "value";

    /** A picture, a neighbour of it, the rank of that from 1 on, and the similarity or distance. */
    public static final StructType NEIGHBOURS = new StructType()
            .add(VectorTable.PICTURE, DataTypes.IntegerType)
            .add(RANK, DataTypes.IntegerType)
            .add(NEIGHBOUR, DataTypes.IntegerType)
            .add(VALUE, DataTypes.FloatType);

    private final Wanted wanted;
    private final VectorTable targets;
    private final int count;
    private final JavaRDD<PairResult> results;

    private BlockPairs(Wanted wanted, VectorTable targets, JavaRDD<PairResult> results, int count) {
        this.wanted = wanted;
        this.targets = targets;
        this.count = count;
        this.results = results.persist(StorageLevel.DISK_ONLY());
    }

    /**
     * All pictures of a table with each other; of two pairs of blocks that differ in their order one is compared.
     *
     * @param done counts pairs of blocks
     */
    public static BlockPairs within(VectorTable table, Wanted wanted, LongAccumulator done) {
        int blocks = table.blocks().getNumPartitions();
        int pairs = Math.toIntExact(blocks * (blocks + 1L) / 2);
        RDD<Tuple2<VectorBlock, VectorBlock>> all =
                table.blocks().cartesian(table.blocks()).rdd();
        Function1<Object, Object> oneOfBothOrders = (Function1<Object, Object> & Serializable)
                partition -> (int) partition / blocks <= (int) partition % blocks;
        RDD<Tuple2<VectorBlock, VectorBlock>> half = PartitionPruningRDD.create(all, oneOfBothOrders);
        return new BlockPairs(
                wanted, table, half.toJavaRDD().map(new PairComparison(wanted, true, pairs, done)), pairs);
    }

    /**
     * All pictures of one table with all of another, which gives the neighbours.
     *
     * @param done counts pairs of blocks
     */
    public static BlockPairs between(VectorTable queries, VectorTable table, Wanted wanted, LongAccumulator done) {
        JavaPairRDD<VectorBlock, VectorBlock> all = queries.blocks().cartesian(table.blocks());
        int pairs = all.getNumPartitions();
        return new BlockPairs(wanted, queries, all.map(new PairComparison(wanted, false, pairs, done)), pairs);
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** Rows of {@link #NEIGHBOURS}. */
    public JavaRDD<Row> neighbours() {
        Metric metric = wanted.metric();
        return results.flatMap(result -> result.nearest().iterator())
                .mapToPair(nearest -> new Tuple2<>(nearest.block(), nearest))
                .reduceByKey(Nearest::merge, targets.blocks().getNumPartitions())
                .flatMap(nearest -> nearest._2().rows(metric).iterator());
    }

    /**
     * Groups of pictures that are the same. Takes 4 bytes a picture of the table in each of some tasks, and 16 on the driver, beside
     * 8 for each picture of a group from each of these tasks.
     *
     * @param tasks that gather what the pairs have found
     */
    public Groups groups(int tasks) {
        int pictures = targets.count();
        List<Found> found = results.map(result -> new Found(result.pairs(), result.links()))
                .coalesce(tasks)
                .mapPartitions(part -> List.of(gathered(pictures, part)).iterator())
                .collect();
        Found all = gathered(pictures, found.iterator());
        return Groups.of(pictures, all.links(), all.pairs());
    }

    private static Found gathered(int pictures, Iterator<Found> parts) {
        Components components = new Components(pictures);
        long pairs = 0;
        while (parts.hasNext()) {
            Found part = parts.next();
            components.joinAll(part.links());
            pairs += part.pairs();
        }
        return new Found(pairs, components.links());
    }

    /** Of {@link PairResult} what concerns duplicates. */
    private record Found(long pairs, int[] links) implements Serializable {}

    @Override
    public void close() {
        results.unpersist(false);
    }
}
