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
 * Every pair of blocks that must be compared, one task for each. The results of a pair stay on the disks of the
 * executors until this is closed: the requested number of neighbours for each of its pictures, 12 bytes each, and at
 * most 16 bytes per picture for links.
 */
public final class BlockPairs implements AutoCloseable {
    /** Number of a neighbour, like {@link VectorTable#PICTURE}. */
    public static final String NEIGHBOUR = "neighbour";

    public static final String RANK = "rank";
    public static final String VALUE = "value";

    /** A picture, a neighbour of it, the neighbour's rank from 1 on, and the similarity or distance. */
    public static final StructType NEIGHBOURS = new StructType()
            .add(VectorTable.PICTURE, DataTypes.IntegerType)
            .add(RANK, DataTypes.IntegerType)
            .add(NEIGHBOUR, DataTypes.IntegerType)
            .add(VALUE, DataTypes.FloatType);

    private final NeighbourQuery query;
    private final VectorTable targets;
    private final int count;
    private final JavaRDD<PairResult> results;

    private BlockPairs(NeighbourQuery query, VectorTable targets, JavaRDD<PairResult> results, int count) {
        this.query = query;
        this.targets = targets;
        this.count = count;
        this.results = results.persist(StorageLevel.DISK_ONLY());
    }

    /**
     * Compares all pictures of a table with each other; of two pairs of blocks that differ only in order, one is
     * compared.
     *
     * @param done counts pairs of blocks
     */
    public static BlockPairs within(VectorTable table, NeighbourQuery query, LongAccumulator done) {
        int blocks = table.blocks().getNumPartitions();
        int pairs = Math.toIntExact(blocks * (blocks + 1L) / 2);
        RDD<Tuple2<VectorBlock, VectorBlock>> all =
                table.blocks().cartesian(table.blocks()).rdd();
        Function1<Object, Object> oneOfBothOrders = (Function1<Object, Object> & Serializable)
                partition -> (int) partition / blocks <= (int) partition % blocks;
        RDD<Tuple2<VectorBlock, VectorBlock>> half = PartitionPruningRDD.create(all, oneOfBothOrders);
        return new BlockPairs(query, table, half.toJavaRDD().map(new PairComparison(query, true, pairs, done)), pairs);
    }

    /**
     * Compares all pictures of one table with all of another, which provides the neighbours.
     *
     * @param done counts pairs of blocks
     */
    public static BlockPairs between(
            VectorTable queries, VectorTable table, NeighbourQuery query, LongAccumulator done) {
        JavaPairRDD<VectorBlock, VectorBlock> all = queries.blocks().cartesian(table.blocks());
        int pairs = all.getNumPartitions();
        return new BlockPairs(query, queries, all.map(new PairComparison(query, false, pairs, done)), pairs);
    }

    /** Number of pairs of blocks. */
    public int count() {
        return count;
    }

    /** Returns rows of {@link #NEIGHBOURS}. */
    public JavaRDD<Row> neighbours() {
        Metric metric = query.metric();
        return results.flatMap(result -> result.nearest().iterator())
                .mapToPair(nearest -> new Tuple2<>(nearest.block(), nearest))
                .reduceByKey(Nearest::merge, targets.blocks().getNumPartitions())
                .flatMap(nearest -> nearest._2().rows(metric).iterator());
    }

    /**
     * Returns groups of near duplicates. Takes 4 bytes per picture of the table in each of the tasks. On the driver it
     * takes 16 bytes per picture, and for each picture of a group 8 bytes from each of these tasks.
     *
     * @param tasks number of tasks that collect the results of the pairs
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

    /** The part of {@link PairResult} about duplicates. */
    private record Found(long pairs, int[] links) implements Serializable {}

    @Override
    public void close() {
        results.unpersist(false);
    }
}
