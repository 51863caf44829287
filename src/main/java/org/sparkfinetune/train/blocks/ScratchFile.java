package org.sparkfinetune.train.blocks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.reflect.ClassTag;

/**
 * A reusable file in the memory that the processes of a host share. It has no name: other processes open it by its file
 * descriptor in this process, and the kernel frees it when this process ends for any reason. A block of one byte marks
 * it as in use until the driver removes the group of that block; the block also shows Spark's dynamic allocation that
 * this executor holds data. A file that was unused for one to two minutes is closed, which frees its memory.
 */
final class ScratchFile implements AutoCloseable {
    /** Linux's folder of shared memory. */
    static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private static final List<ScratchFile> ALL = new ArrayList<>();
    /** Time between two searches for unused files; a file is closed if two searches in a row find it unused. */
    private static final Duration CLEANING_INTERVAL = Duration.ofMinutes(1);

    private static boolean cleanerStarted;

    private final FileChannel channel;
    private final Path path;
    private RDDBlockId inUseBlock;
    private boolean written;
    /** Whether the last search found the file unused. */
    private boolean wasUnused;

    private ScratchFile() throws IOException {
        Path name = Files.createTempFile(SHARED_MEMORY, "spark-finetune-", "");
        try {
            channel = FileChannel.open(name, StandardOpenOption.WRITE);
            path = descriptorOf(name);
        } finally {
            Files.delete(name);
        }
    }

    /** Path of an open file for other processes. */
    private static Path descriptorOf(Path file) throws IOException {
        Path process = Path.of("/proc", String.valueOf(ProcessHandle.current().pid()), "fd");
        try (Stream<Path> descriptors = Files.list(process)) {
            return descriptors
                    .filter(descriptor -> isLink(descriptor, file))
                    .findFirst()
                    .orElseThrow(() -> new NoSuchFileException(process + ", for " + file));
        }
    }

    private static boolean isLink(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            // Closed in the meantime.
            return false;
        }
    }

    /**
     * Returns a file that only the caller may write until it is closed, and all may read until the block is removed.
     *
     * @param inUseBlock block to write as a mark that the file is in use
     */
    static ScratchFile acquire(RDDBlockId inUseBlock) {
        BlockManager blocks = SparkEnv.get().blockManager();
        synchronized (ALL) {
            ScratchFile acquired = null;
            for (ScratchFile file : ALL) {
                acquired = file.isUnused() ? file : acquired;
            }
            if (acquired == null) {
                acquired = create();
                ALL.add(acquired);
            }
            acquired.written = false;
            acquired.wasUnused = false;
            acquired.inUseBlock = inUseBlock;
            ChunkedByteBuffer one = new ChunkedByteBuffer(ByteBuffer.allocate(1));
            blocks.putBytes(inUseBlock, one, StorageLevel.DISK_ONLY(), true, ClassTag.Any());
            return acquired;
        }
    }

    private boolean isUnused() {
        SparkEnv spark = SparkEnv.get();
        return written
                && (spark == null || spark.blockManager().getStatus(inUseBlock).isEmpty());
    }

    /**
     * Closes the files that were already unused at the last call, because the training has ended or its rounds are
     * long.
     */
    static void dropUnused() {
        synchronized (ALL) {
            for (ScratchFile file : List.copyOf(ALL)) {
                boolean unused = file.isUnused();
                if (unused && file.wasUnused) {
                    file.release();
                    ALL.remove(file);
                }
                file.wasUnused = unused;
            }
        }
    }

    private void release() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void startCleaner() {
        if (!cleanerStarted) {
            cleanerStarted = true;
            Thread thread = new Thread(ScratchFile::clean, "scratch file cleaner");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void clean() {
        try {
            while (true) {
                Thread.sleep(CLEANING_INTERVAL.toMillis());
                dropUnused();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ScratchFile create() {
        startCleaner();
        try {
            return new ScratchFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Path for other processes; valid while this process runs. */
    Path path() {
        return path;
    }

    /** @param offset position in the file, in bytes */
    void write(long offset, List<ByteBuffer> parts) {
        long at = offset;
        try {
            for (ByteBuffer part : parts) {
                while (part.hasRemaining()) {
                    at += channel.write(part, at);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the writing. */
    @Override
    public void close() {
        synchronized (ALL) {
            written = true;
        }
    }
}
