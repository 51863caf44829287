package org.sparkfinetune.train.blocks;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.memory.MemoryManager;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.reflect.ClassTag;

/**
 * Leaves the blocks of a task where it runs: in memory that all processes of the host share, or in Spark's block manager, which gives
 * them to other hosts.
 */
public final class BlockWriter implements AutoCloseable {
    /** Bytes. Java copies all of a heap buffer that it is to write, and a socket takes a part of it at a time. */
    private static final int SLICE = 1 << 18;

    private final BlockGroup group;
    private final ScratchFile file;
    private boolean announced;

    /** @param first number of a block that this task alone writes */
    public BlockWriter(BlockGroup group, int first) {
        this.group = group;
        this.file = group.shared() ? ScratchFile.take(group.block(first)) : null;
    }

    public BlockHome home() {
        return BlockHome.here(file == null ? "" : file.path().toString());
    }

    /**
     * Leaves a block. One that is in the block manager already stays as it is: it was made from the same examples.
     *
     * @param number of the block
     * @param offset in bytes, in the file
     * @param parts of the block, which may change afterwards
     */
    public void put(int number, long offset, List<ByteBuffer> parts) {
        if (file != null) {
            file.write(offset, parts);
            return;
        }
        // One block is enough for dynamic allocation to see that this executor holds something; a call for each would
        // take long.
        put(group.block(number), parts, !announced);
        announced = true;
    }

    /**
     * Leaves a block in Spark's block manager: in memory that Spark has set aside for blocks and nobody uses, else on disk, so that
     * nothing that was cached must go.
     *
     * @param tellDriver whether Spark's driver hears of it
     */
    public static void put(RDDBlockId block, List<ByteBuffer> parts, boolean tellDriver) {
        BlockManager blocks = SparkEnv.get().blockManager();
        if (blocks.getStatus(block).isDefined()) {
            return;
        }
        MemoryManager memory = SparkEnv.get().memoryManager();
        int size = parts.stream().mapToInt(ByteBuffer::remaining).sum();
        boolean fits = size <= memory.maxOnHeapStorageMemory() - memory.storageMemoryUsed();
        StorageLevel level = fits ? StorageLevel.MEMORY_AND_DISK_SER() : StorageLevel.DISK_ONLY();
        blocks.putBytes(block, sliced(fits ? List.of(copy(parts, size)) : parts), level, tellDriver, ClassTag.Any());
    }

    private static ByteBuffer copy(List<ByteBuffer> parts, int size) {
        ByteBuffer copy = ByteBuffer.allocate(size);
        parts.forEach(copy::put);
        return copy.flip();
    }

    private static ChunkedByteBuffer sliced(List<ByteBuffer> parts) {
        List<ByteBuffer> slices = new ArrayList<>();
        for (ByteBuffer part : parts) {
            for (int from = 0; from < part.remaining(); from += SLICE) {
                slices.add(part.slice(part.position() + from, Math.min(SLICE, part.remaining() - from)));
            }
        }
        return new ChunkedByteBuffer(slices.toArray(ByteBuffer[]::new));
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
