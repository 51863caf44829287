package org.sparkfinetune.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * Reads, writes, renames and deletes files of any Hadoop file system. Every method throws
 * {@link org.sparkfinetune.check.BadDataException} with the path when the file system refuses.
 */
public final class HadoopFiles {
    private final FileSystem fileSystem;

    /** Wraps one file system. */
    public HadoopFiles(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    /** Returns the file system of a path. */
    public static HadoopFiles of(Path path, Configuration configuration) {
        try {
            return new HadoopFiles(path.getFileSystem(configuration));
        } catch (IOException | RuntimeException e) {
            throw new InvalidRequestException(
                    path.toString(), "is on a file system that cannot be reached: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the path that the user wrote, with scheme and authority.
     *
     * @param place recipe key of the text, for the message
     */
    public static Path qualified(String place, String text, Configuration configuration) {
        Path path;
        try {
            path = new Path(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(
                    place,
                    "\"" + text + "\" is not a path: " + e.getMessage() + "; a folder such as data/photos is",
                    e);
        }
        return of(path, configuration).fileSystem.makeQualified(path);
    }

    /** Returns the Hadoop object. */
    public FileSystem fileSystem() {
        return fileSystem;
    }

    /** Returns whether a file or folder exists. */
    public boolean exists(Path path) {
        return guarded(path, () -> fileSystem.exists(path));
    }

    /** Returns whether the path exists and is a folder. */
    public boolean isFolder(Path path) {
        return guarded(
                path,
                () -> fileSystem.exists(path) && fileSystem.getFileStatus(path).isDirectory());
    }

    /**
     * Returns the bytes of files that still fit, each with its replicas.
     *
     * @param path a path that need not exist
     */
    public long freeBytes(Path path) {
        return guarded(path, () -> {
            Path existing = path;
            while (!fileSystem.exists(existing) && existing.getParent() != null) {
                existing = existing.getParent();
            }
            return fileSystem.getStatus(existing).getRemaining()
                    / Math.max(1, fileSystem.getDefaultReplication(existing));
        });
    }

    /** Lists a folder, sorted by name; empty when the folder does not exist. */
    public List<FileStatus> list(Path folder) {
        return guarded(folder, () -> {
            if (!fileSystem.exists(folder)) {
                return List.of();
            }
            List<FileStatus> found = new ArrayList<>(List.of(fileSystem.listStatus(folder)));
            found.sort(Comparator.comparing(status -> status.getPath().getName()));
            return found;
        });
    }

    /** Reads a complete file as UTF-8. */
    public String readText(Path file) {
        return guarded(file, () -> {
            try (FSDataInputStream in = fileSystem.open(file)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
    }

    /**
     * Writes UTF-8 so that the file is either absent or complete: beside it first, then renamed. An existing file is
     * replaced in one step on a local disk and on HDFS. Object stores cannot do that: a job killed in the middle may
     * leave it absent.
     */
    public void writeText(Path file, String text) {
        Path unfinished = new Path(file.getParent(), "_unfinished." + file.getName());
        guarded(file, () -> {
            try (OutputStream out = fileSystem.create(unfinished, true)) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
            return true;
        });
        if (!guarded(file, () -> renamedOver(unfinished, file))) {
            delete(file);
            publish(unfinished, file);
        }
    }

    /** Replaces a file in one step, if its store can. */
    private boolean renamedOver(Path finished, Path target) throws IOException {
        if (fileSystem instanceof LocalFileSystem local) {
            // Renamed after its file, a checksum would for a moment be that of the other text; no checksum is fine.
            local.getRawFileSystem().delete(local.getChecksumFile(target), false);
            return local.rename(finished, target);
        }
        URI store = fileSystem.getUri();
        Class<?> context = fileSystem.getConf().getClass("fs.AbstractFileSystem." + store.getScheme() + ".impl", null);
        if (context == null || DelegateToFileSystem.class.isAssignableFrom(context)) {
            // A delegate, as object stores have it, would delete first too.
            return false;
        }
        FileContext.getFileContext(store, fileSystem.getConf()).rename(finished, target, Options.Rename.OVERWRITE);
        return true;
    }

    /**
     * Writes UTF-8 to a file that must be new.
     *
     * @return false when it exists already; it stays as it is then
     */
    boolean create(Path file, String text) {
        return guarded(file, () -> {
            try (OutputStream out = fileSystem.create(file, false)) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            }
        });
    }

    /** Returns when a file was last changed, in milliseconds since 1970; empty when it does not exist. */
    Optional<Long> modified(Path file) {
        return guarded(file, () -> {
            try {
                return Optional.of(fileSystem.getFileStatus(file).getModificationTime());
            } catch (FileNotFoundException e) {
                return Optional.empty();
            }
        });
    }

    /** Makes a folder with its parents. */
    public void makeFolder(Path folder) {
        guarded(folder, () -> {
            if (!fileSystem.mkdirs(folder)) {
                throw new IOException("the folder cannot be made");
            }
            return true;
        });
    }

    /** Deletes a file, or a folder with its content; does nothing when it does not exist. */
    public void delete(Path path) {
        guarded(path, () -> {
            if (!fileSystem.delete(path, true) && fileSystem.exists(path)) {
                throw new IOException("it cannot be deleted");
            }
            return true;
        });
    }

    /**
     * Returns whether a complete copy of a file exists at another path. Stores that rename by copying show the copy
     * only when it is complete.
     */
    boolean isCopy(Path file, Path other) {
        return guarded(
                other,
                () -> fileSystem.exists(other)
                        && fileSystem.getFileStatus(other).getLen()
                                == fileSystem.getFileStatus(file).getLen());
    }

    /** Renames finished work to its final name, which must not exist. */
    public void publish(Path finished, Path target) {
        guarded(target, () -> {
            if (fileSystem.exists(target)) {
                throw new IOException("it is in the way of a result of the same name");
            }
            if (!fileSystem.rename(finished, target)) {
                throw new IOException("renaming " + finished + " to it failed");
            }
            return true;
        });
    }

    /**
     * Renames finished work to its final name, unless another attempt of the same task has done so: both wrote the
     * same.
     */
    public void publishOnce(Path finished, Path target) {
        guarded(target, () -> {
            if (!fileSystem.exists(target) && !fileSystem.rename(finished, target) && !fileSystem.exists(target)) {
                throw new IOException("renaming " + finished + " to it failed");
            }
            return true;
        });
    }

    /**
     * Writes a file with a library that writes local files only; the file appears when it is complete.
     *
     * @param write action on a local file in a temporary folder
     * @return the result of the action
     */
    public <T> T upload(Path target, LocalAction<T> write) {
        return guarded(
                target,
                () -> onLocalFile(target.getName(), local -> {
                    T result = write.on(local);
                    fileSystem.copyFromLocalFile(false, true, new Path(local.toUri()), target);
                    return result;
                }));
    }

    /** Reads a file with a library that reads local files only, like {@link #upload}. */
    public <T> T download(Path file, LocalAction<T> read) {
        return guarded(
                file,
                () -> onLocalFile(file.getName(), local -> {
                    fileSystem.copyToLocalFile(false, file, new Path(local.toUri()), true);
                    return read.on(local);
                }));
    }

    private static <T> T onLocalFile(String name, LocalAction<T> action) throws IOException {
        java.nio.file.Path local = Files.createTempDirectory("spark-finetune").resolve(name);
        try {
            return action.on(local);
        } finally {
            Files.deleteIfExists(local);
            Files.deleteIfExists(local.getParent());
        }
    }

    /** Work on a local file. */
    @FunctionalInterface
    public interface LocalAction<T> {
        T on(java.nio.file.Path local) throws IOException;
    }

    /** Copies a file, or a folder with its content, also to another file system. */
    public void copy(Path path, HadoopFiles other, Path target) {
        guarded(target, () -> {
            if (!FileUtil.copy(fileSystem, path, other.fileSystem, target, false, other.fileSystem.getConf())) {
                throw new IOException("copying " + path + " to it failed");
            }
            return true;
        });
    }

    private interface FileAction<T> {
        T run() throws IOException;
    }

    /** FSError is how Hadoop's local file system reports a full disk. */
    private static <T> T guarded(Path place, FileAction<T> action) {
        try {
            return action.run();
        } catch (IOException | FSError e) {
            throw SparkFailures.translate(e, place.toString());
        }
    }
}
