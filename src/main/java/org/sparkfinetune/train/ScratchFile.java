package org.sparkfinetune.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.reflect.ClassTag;

/**
 * A file in Spark's local folders, written again and again: its pages are in memory already, which makes that several times as fast
 * as a new file. A block of one byte marks it as in use, until the driver removes the group of that block; it tells Spark's dynamic
 * allocation that the executor holds something, too. Spark deletes the folder at the end of the application.
 */
final class ScratchFile implements AutoCloseable {
    private static final List<ScratchFile> ALL = new ArrayList<>();

    private final Path path;
    private final FileChannel channel;
    private RDDBlockId mark;
    private boolean written;

    private ScratchFile(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** A file for the caller alone to write, until it is closed; then for everybody to read, until the mark is removed. */
    static ScratchFile take(RDDBlockId mark) {
        BlockManager blocks = SparkEnv.get().blockManager();
        synchronized (ALL) {
            ScratchFile free = null;
            for (ScratchFile file : ALL) {
                if (file.written && blocks.getStatus(file.mark).isEmpty()) {
                    free = file;
                }
            }
            if (free == null) {
                free = create(blocks);
                ALL.add(free);
            }
            free.written = false;
            free.mark = mark;
            ChunkedByteBuffer one = new ChunkedByteBuffer(ByteBuffer.allocate(1));
            blocks.putBytes(mark, one, StorageLevel.DISK_ONLY(), true, ClassTag.Any());
            return free;
        }
    }

    private static ScratchFile create(BlockManager blocks) {
        String[] folders = blocks.getLocalDiskDirs();
        Path folder = Path.of(folders[ALL.size() % folders.length]);
        try {
            return new ScratchFile(folder.resolve("spark-finetune-" + blocks.executorId() + "-" + ALL.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return path;
    }

    /** @param offset in bytes */
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
