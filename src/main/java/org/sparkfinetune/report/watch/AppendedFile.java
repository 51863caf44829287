package org.sparkfinetune.report.watch;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file that grows while a job runs, on any file system. On a local one, bytes are written at once. On others they are
 * written every {@value #SECONDS_BETWEEN_WRITES} seconds and at the end: appended where the file system can (HDFS),
 * otherwise the whole file is written again (object stores). A failure is returned, never thrown; the next write tries
 * the waiting bytes again, up to {@value #MOST_WAITING_BYTES} bytes.
 */
final class AppendedFile {
    static final int SECONDS_BETWEEN_WRITES = 30;
    private static final int MOST_WAITING_BYTES = 4 << 20;

    private final Sink sink;
    private final Duration between;
    private final InstantSource clock;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private Instant lastWrite;

    private AppendedFile(Sink sink, Duration between, InstantSource clock) {
        this.sink = sink;
        this.between = between;
        this.clock = clock;
        this.lastWrite = clock.instant();
    }

    /** Touches nothing yet. Existing content stays. */
    static AppendedFile of(Path file, Configuration hadoop, InstantSource clock) throws IOException {
        FileSystem files = file.getFileSystem(hadoop);
        if ("file".equals(files.getUri().getScheme())) {
            return new AppendedFile(bytes -> appendLocally(file, bytes), Duration.ZERO, clock);
        }
        Sink sink = files.hasPathCapability(file, CommonPathCapabilities.FS_APPEND)
                ? bytes -> append(files, file, bytes)
                : new Rewritten(files, file);
        return new AppendedFile(sink, Duration.ofSeconds(SECONDS_BETWEEN_WRITES), clock);
    }

    /** Whether the file exists and its last line is incomplete. */
    static boolean endsWithinALine(Path file, Configuration hadoop) throws IOException {
        FileSystem files = file.getFileSystem(hadoop);
        long length = files.exists(file) ? files.getFileStatus(file).getLen() : 0;
        if (length == 0) {
            return false;
        }
        try (FSDataInputStream in = files.open(file)) {
            in.seek(length - 1);
            return in.read() != '\n';
        }
    }

    /**
     * Takes bytes, and writes all waiting bytes when it is time.
     *
     * @return why they could not be written; empty on success
     */
    Optional<String> write(byte[] bytes) {
        if (waiting.size() + bytes.length <= MOST_WAITING_BYTES) {
            waiting.writeBytes(bytes);
        }
        return Duration.between(lastWrite, clock.instant()).compareTo(between) < 0 ? Optional.empty() : flush();
    }

    /**
     * Writes all waiting bytes.
     *
     * @return why they could not be written; empty on success
     */
    Optional<String> flush() {
        if (waiting.size() == 0) {
            return Optional.empty();
        }
        lastWrite = clock.instant();
        try {
            sink.append(waiting.toByteArray());
            waiting.reset();
            return Optional.empty();
        } catch (IOException | FSError | RuntimeException e) {
            return Optional.of(String.valueOf(e.getMessage() == null ? e : e.getMessage()));
        }
    }

    private interface Sink {
        void append(byte[] bytes) throws IOException;
    }

    private static void appendLocally(Path file, byte[] bytes) throws IOException {
        java.nio.file.Path local = new File(file.toUri().getPath()).toPath();
        Files.createDirectories(local.getParent());
        // Hadoop's local file system verifies the file against a checksum if it ever wrote one itself.
        Files.deleteIfExists(local.resolveSibling("." + local.getFileName() + ".crc"));
        Files.write(local, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void append(FileSystem files, Path file, byte[] bytes) throws IOException {
        // Closed each time: a file left open by a killed job could not be appended to for a minute.
        try (OutputStream out = files.exists(file) ? files.append(file) : files.create(file, false)) {
            out.write(bytes);
        }
    }

    /** Writes the whole file again with the added bytes. */
    private static final class Rewritten implements Sink {
        private final FileSystem files;
        private final Path file;
        private byte[] written;

        Rewritten(FileSystem files, Path file) {
            this.files = files;
            this.file = file;
        }

        @Override
        public void append(byte[] bytes) throws IOException {
            if (written == null) {
                written = read();
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(written);
            all.writeBytes(bytes);
            try (OutputStream out = files.create(file, true)) {
                all.writeTo(out);
            }
            written = all.toByteArray();
        }

        private byte[] read() throws IOException {
            if (!files.exists(file)) {
                return new byte[0];
            }
            try (FSDataInputStream in = files.open(file)) {
                return in.readAllBytes();
            }
        }
    }
}
