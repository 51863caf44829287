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
 * Writes the blocks of a task where it runs: to memory that all processes of the host share, or to Spark's block
 * manager, which serves them to other hosts.
 */
public final class BlockWriter implements AutoCloseable {
    /**
     * In bytes. Java copies an entire heap buffer for each write, although a socket accepts only a part of it at a
     * time.
     */
    private static final int SLICE = 1 << 18;

    private final BlockGroup group;
    private final ScratchFile file;
    private boolean announced;

    /** @param first number of a block that only this task writes */
    public BlockWriter(BlockGroup group, int first) {
        this.group = group;
        this.file = group.shared() ? ScratchFile.acquire(group.block(first)) : null;
    }

    /** Location of all blocks of this writer. */
    public BlockHome home() {
        return BlockHome.here(file == null ? "" : file.path().toString());
    }

    /**
     * Writes a block. A block that is already in the block manager stays unchanged: it was made from the same examples.
     *
     * @param number number of the block in the group
     * @param offset offset in the file, in bytes
     * @param parts consecutive parts of the block; copied
     */
    public void put(int number, long offset, List<ByteBuffer> parts) {
        if (file != null) {
            file.write(offset, parts);
            return;
        }
        // For Spark's dynamic allocation it is enough to report one block of this executor; reporting each takes long.
        put(group.block(number), parts, !announced);
        announced = true;
    }

    /**
     * Writes a block to Spark's block manager: to unused memory that Spark reserves for blocks, else to disk. So no
     * cached data is evicted.
     *
     * @param reported whether the block is reported to Spark's driver
     */
    static void put(RDDBlockId block, List<ByteBuffer> parts, boolean reported) {
        BlockManager blocks = SparkEnv.get().blockManager();
        if (blocks.getStatus(block).isDefined()) {
            return;
        }
        MemoryManager memory = SparkEnv.get().memoryManager();
        int size = parts.stream().mapToInt(ByteBuffer::remaining).sum();
        boolean fits = size <= memory.maxOnHeapStorageMemory() - memory.storageMemoryUsed();
        StorageLevel level = fits ? StorageLevel.MEMORY_AND_DISK_SER() : StorageLevel.DISK_ONLY();
        blocks.putBytes(block, sliced(fits ? List.of(copy(parts, size)) : parts), level, reported, ClassTag.Any());
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
