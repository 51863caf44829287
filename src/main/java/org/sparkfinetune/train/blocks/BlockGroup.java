package org.sparkfinetune.train.blocks;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.storage.RDDBlockId;

/**
 * A group of blocks: raw bytes that stay on the executor that wrote them until they are read. To Spark they are a
 * persisted RDD. {@link BlockWriter} writes the blocks, {@link BlockReader} reads them.
 *
 * @param id number of the RDD
 * @param shared whether the blocks are in memory that all processes share; for clusters on a single host
 */
public record BlockGroup(int id, boolean shared) implements Serializable {
    /** Makes a new group. To be called on the driver. */
    public static BlockGroup create(SparkContext spark, boolean shared) {
        return new BlockGroup(spark.newRddId(), shared);
    }

    /** Spark's name of a block. */
    public RDDBlockId block(int number) {
        return new RDDBlockId(id, number);
    }

    /** Removes the blocks from all executors asynchronously. To be called on the driver. */
    public void remove(SparkContext spark) {
        spark.unpersistRDD(id, false);
    }
}
