package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.memory.MemoryManager;
import org.apache.spark.storage.BlockData;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.Option;
import scala.reflect.ClassTag;

/**
 * Bytes that stay where they were made, in Spark's block managers, until somebody asks for them: no serialization, no
 * compression, no files while there is room in memory. Blocks of a group have numbers, and go together; to Spark a group is
 * a persisted RDD.
 */
final class RawBlocks {
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
        ChunkedByteBuffer buffer = new ChunkedByteBuffer(ByteBuffer.wrap(bytes));
        spark.blockManager().putBytes(new RDDBlockId(group, number), buffer, level, announced, ClassTag.Any());
    }

    /**
     * The bytes of a block; not to be changed.
     *
     * @param home where it was put
     * @param kept whether a copy stays here when it comes from elsewhere
     * @throws LostBlockException if it is not there any more
     */
    static ByteBuffer get(BlockHome home, int group, int number, boolean kept) {
        RDDBlockId id = new RDDBlockId(group, number);
        ByteBuffer here = getHere(id);
        if (here != null) {
            return here;
        }
        ByteBuffer fetched = fetch(home, id);
        if (kept && fetched.hasArray()) {
            put(group, number, fetched.array(), false);
        }
        return fetched;
    }

    /** Null if it is not here. */
    private static ByteBuffer getHere(RDDBlockId id) {
        BlockManager blocks = SparkEnv.get().blockManager();
        Option<BlockData> found = blocks.getLocalBytes(id);
        if (found.isEmpty()) {
            return null;
        }
        try {
            ByteBuffer bytes = found.get().toByteBuffer();
            // What is mapped from a file goes when it is given back.
            return bytes.hasArray() ? bytes : copy(bytes);
        } finally {
            blocks.releaseLockAndDispose(id, found.get(), Option.<TaskContext>empty());
        }
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return ByteBuffer.wrap(copy);
    }

    private static ByteBuffer fetch(BlockHome home, RDDBlockId id) {
        if (home.equals(BlockHome.here())) {
            throw new LostBlockException("block " + id + " is not here any more", null);
        }
        try {
            return SparkEnv.get()
                    .blockManager()
                    .blockTransferService()
                    .fetchBlockSync(home.host(), home.port(), home.executor(), id.name(), null)
                    .nioByteBuffer();
        } catch (Exception e) {
            if (e instanceof InterruptedException || e.getCause() instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new LostBlockException(
                    "executor " + home.executor() + " on " + home.host() + " does not give block " + id, e);
        }
    }
}
