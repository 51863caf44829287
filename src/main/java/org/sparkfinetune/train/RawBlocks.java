package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.reflect.ClassTag;

/**
 * Bytes that stay where they were made, in files of Spark's block managers, until somebody asks for them: no serialization, no
 * compression, nothing on the heap. They are small enough and gone soon enough to stay in the page cache. Blocks of a group have
 * numbers, and go together; to Spark a group is a persisted RDD. {@link BlockReader} reads them.
 */
final class RawBlocks {
    /** Java copies all of a heap buffer before it writes it. */
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
     * Keeps a block here. A block that is here already stays as it is: it was made from the same examples, and has the same bytes.
     *
     * @param parts of it, which may change afterwards
     * @param announced whether Spark's driver is told. One block is enough for dynamic allocation to see that this executor holds
     *     something; a call for each would take longer than the bytes
     */
    static void put(int group, int number, List<ByteBuffer> parts, boolean announced) {
        BlockManager blocks = SparkEnv.get().blockManager();
        RDDBlockId id = new RDDBlockId(group, number);
        if (blocks.getStatus(id).isDefined()) {
            return;
        }
        ArrayList<ByteBuffer> slices = new ArrayList<>();
        for (ByteBuffer part : parts) {
            for (int from = 0; from < part.remaining(); from += SLICE) {
                slices.add(part.slice(part.position() + from, Math.min(SLICE, part.remaining() - from)));
            }
        }
        ChunkedByteBuffer bytes = new ChunkedByteBuffer(slices.toArray(ByteBuffer[]::new));
        blocks.putBytes(id, bytes, StorageLevel.DISK_ONLY(), announced, ClassTag.Any());
    }
}
