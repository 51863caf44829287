package org.sparkfinetune.train.blocks;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.storage.RDDBlockId;

/**
 * Blocks that go together: raw bytes that stay where they were made until somebody asks for them. To Spark they are a persisted
 * RDD. {@link BlockWriter} leaves them, {@link BlockReader} reads them.
 *
 * @param id of the RDD
 * @param shared whether its blocks are put into memory that all processes share, being on one host
 */
public record BlockGroup(int id, boolean shared) implements Serializable {
    /** A new one. On the driver. */
    public static BlockGroup create(SparkContext spark, boolean shared) {
        return new BlockGroup(spark.newRddId(), shared);
    }

    public RDDBlockId block(int number) {
        return new RDDBlockId(id, number);
    }

    /** Removes it from all executors, by and by. On the driver. */
    public void remove(SparkContext spark) {
        spark.unpersistRDD(id, false);
    }
}
