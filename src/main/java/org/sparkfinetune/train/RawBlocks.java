package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.memory.MemoryManager;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.reflect.ClassTag;

/**
 * Bytes that stay where they were made, in Spark's block managers, until somebody asks for them: no serialization, no
 * compression, no files while there is room in memory. {@link BlockReader} reads them. Blocks of a group have numbers, and go together; to Spark a group is
 * a persisted RDD.
 */
final class RawBlocks {
    private static final int SLICE = 1 << 18;

    private RawBlocks() {}

    /** The number of a new group. On the driver. */
    static int newGroup(SparkContext spark) {
        return spark.newRddId();
    }

    /** Removes a group from all block managers, by and by. On the driver. */
    static void remove(SparkContext spark, int group) {
        spark.unpersistRDD(group, false);
    }

    /**
     * Keeps a block here: in memory that Spark has set aside for blocks and nobody uses, else on disk, so that nothing that was
     * cached must go. The same bytes may be put twice.
     *
     * @param bytes not to be changed any more
     * @param announced whether Spark's driver is told. One block is enough for dynamic allocation to see that this executor holds
     *     something; a call for each would take longer than the bytes
     */
    static void put(int group, int number, byte[] bytes, boolean announced) {
        SparkEnv spark = SparkEnv.get();
        MemoryManager memory = spark.memoryManager();
        boolean fits = bytes.length <= memory.maxOnHeapStorageMemory() - memory.storageMemoryUsed();
        StorageLevel level = fits ? StorageLevel.MEMORY_AND_DISK_SER() : StorageLevel.DISK_ONLY();
        spark.blockManager()
                .putBytes(new RDDBlockId(group, number), sliced(bytes), level, announced, ClassTag.Any());
    }

    /** The bytes in slices: Java copies all of a heap buffer that it is to write, and a socket takes a part of it at a time. */
    private static ChunkedByteBuffer sliced(byte[] bytes) {
        ByteBuffer[] slices = new ByteBuffer[(bytes.length + SLICE - 1) / SLICE];
        for (int i = 0; i < slices.length; i++) {
            slices[i] = ByteBuffer.wrap(bytes, i * SLICE, Math.min(SLICE, bytes.length - i * SLICE))
                    .slice();
        }
        return new ChunkedByteBuffer(slices);
    }
}
