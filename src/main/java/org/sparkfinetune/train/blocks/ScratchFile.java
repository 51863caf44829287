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
 * A file in the memory that the processes of a host share, written again and again. It has no name: others open it by the number
 * that this process has for it, and the kernel frees it when the process ends, however it ends. A block of one byte marks it as in
 * use, until the driver removes the group of that block; it tells Spark's dynamic allocation that the executor holds something, too.
 * Its memory is given back when nobody has used it for a minute or two.
 */
final class ScratchFile implements AutoCloseable {
    /** Where Linux has that memory. */
    static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private static final List<ScratchFile> ALL = new ArrayList<>();
    /** Between two looks for files that nobody uses; one is kept for one to two of these. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private static boolean looksAfterThem;

    private final FileChannel channel;
    private final Path path;
    private RDDBlockId mark;
    private boolean written;
    /** At the last look. */
    private boolean wasFree;

    private ScratchFile() throws IOException {
        Path name = Files.createTempFile(SHARED_MEMORY, "spark-finetune-", "");
        try {
            channel = FileChannel.open(name, StandardOpenOption.WRITE);
            path = numberOf(name);
        } finally {
            Files.delete(name);
        }
    }

    /** The name of an open file that others can use. */
    private static Path numberOf(Path file) throws IOException {
        Path process = Path.of("/proc", String.valueOf(ProcessHandle.current().pid()), "fd");
        try (Stream<Path> numbers = Files.list(process)) {
            return numbers.filter(number -> isLink(number, file))
                    .findFirst()
                    .orElseThrow(() -> new NoSuchFileException(process + ", for " + file));
        }
    }

    private static boolean isLink(Path number, Path file) {
        try {
            return Files.readSymbolicLink(number).equals(file);
        } catch (IOException e) {
            // Closed meanwhile.
            return false;
        }
    }

    /** A file for the caller alone to write, until it is closed; then for everybody to read, until the mark is removed. */
    static ScratchFile take(RDDBlockId mark) {
        BlockManager blocks = SparkEnv.get().blockManager();
        synchronized (ALL) {
            ScratchFile free = null;
            for (ScratchFile file : ALL) {
                free = file.isFree() ? file : free;
            }
            if (free == null) {
                free = create();
                ALL.add(free);
            }
            free.written = false;
            free.wasFree = false;
            free.mark = mark;
            ChunkedByteBuffer one = new ChunkedByteBuffer(ByteBuffer.allocate(1));
            blocks.putBytes(mark, one, StorageLevel.DISK_ONLY(), true, ClassTag.Any());
            return free;
        }
    }

    private boolean isFree() {
        SparkEnv spark = SparkEnv.get();
        return written && (spark == null || spark.blockManager().getStatus(mark).isEmpty());
    }

    /** Gives the memory of files back that were free at the last look already: the training is over, or its rounds are long. */
    static void forgetFree() {
        synchronized (ALL) {
            for (ScratchFile file : List.copyOf(ALL)) {
                boolean free = file.isFree();
                if (free && file.wasFree) {
                    file.release();
                    ALL.remove(file);
                }
                file.wasFree = free;
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

    private static void lookAfterThem() {
        if (!looksAfterThem) {
            looksAfterThem = true;
            Thread thread = new Thread(ScratchFile::look, "scratch files");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void look() {
        try {
            while (true) {
                Thread.sleep(LOOK.toMillis());
                forgetFree();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ScratchFile create() {
        lookAfterThem();
        try {
            return new ScratchFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For other processes, as long as this one lives. */
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
