package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.reflect.ClassTag;

/**
 * Leaves the blocks of a task where it runs: in a file that other processes of the host read, or in Spark's block manager, which
 * gives them to other hosts. Either way they are on disk and, not being there for long, in the page cache; nothing lies on the heap.
 */
final class BlockWriter implements AutoCloseable {
    /** Bytes. Java copies all of a heap buffer before it writes it. */
    private static final int SLICE = 1 << 18;

    private final BlockGroup group;
    private final ScratchFile file;
    private boolean announced;

    /** @param first number of a block that this task alone writes */
    BlockWriter(BlockGroup group, int first) {
        this.group = group;
        this.file = group.inFiles() ? ScratchFile.take(group.block(first)) : null;
    }

    BlockHome home() {
        return BlockHome.here(file == null ? "" : file.path().toString());
    }

    /**
     * Leaves a block. One that is in the block manager already stays as it is: it was made from the same examples.
     *
     * @param number of the block
     * @param offset in bytes, in the file
     * @param parts of the block, which may change afterwards
     */
    void put(int number, long offset, List<ByteBuffer> parts) {
        if (file != null) {
            file.write(offset, parts);
            return;
        }
        // One block is enough for dynamic allocation to see that this executor holds something; a call for each would take long.
        put(group.block(number), parts, !announced);
        announced = true;
    }

    /** @param tellDriver whether Spark's driver hears of it */
    static void put(RDDBlockId block, List<ByteBuffer> parts, boolean tellDriver) {
        BlockManager blocks = SparkEnv.get().blockManager();
        if (blocks.getStatus(block).isDefined()) {
            return;
        }
        List<ByteBuffer> slices = new ArrayList<>();
        for (ByteBuffer part : parts) {
            for (int from = 0; from < part.remaining(); from += SLICE) {
                slices.add(part.slice(part.position() + from, Math.min(SLICE, part.remaining() - from)));
            }
        }
        ChunkedByteBuffer bytes = new ChunkedByteBuffer(slices.toArray(ByteBuffer[]::new));
        blocks.putBytes(block, bytes, StorageLevel.DISK_ONLY(), tellDriver, ClassTag.Any());
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
