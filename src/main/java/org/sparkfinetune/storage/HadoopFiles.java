package org.sparkfinetune.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * Small-file work on any Hadoop file system. Every method throws {@link org.sparkfinetune.check.BadDataException} with the path
 * when the file system refuses.
 */
public final class HadoopFiles {
    private final FileSystem fileSystem;

    /** For the file system of one path. */
    public HadoopFiles(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    /** The files of the file system that {@code path} is on. */
    public static HadoopFiles of(Path path, Configuration configuration) {
        try {
            return new HadoopFiles(path.getFileSystem(configuration));
        } catch (IOException | RuntimeException e) {
            throw new InvalidRequestException(
                    path.toString(), "is on a file system that cannot be reached: " + e.getMessage(), e);
        }
    }

    /**
     * A path from what the user wrote, with scheme and authority.
     *
     * @param place key of the recipe, for the message
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

    /** The Hadoop object underneath. */
    public FileSystem fileSystem() {
        return fileSystem;
    }

    /** Whether a file or folder is there. */
    public boolean exists(Path path) {
        return guarded(path, () -> fileSystem.exists(path));
    }

    /** Whether a folder is there. */
    public boolean isFolder(Path path) {
        return guarded(
                path,
                () -> fileSystem.exists(path) && fileSystem.getFileStatus(path).isDirectory());
    }

    /**
     * Bytes of files that still fit, copies for safety taken off.
     *
     * @param path need not exist
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

    /** What is directly inside a folder, by name; nothing when the folder is absent. */
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

    /** The whole file as UTF-8. */
    public String readText(Path file) {
        return guarded(file, () -> {
            try (FSDataInputStream in = fileSystem.open(file)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
    }

    /** Writes UTF-8 so that the file is either absent or whole: beside it first, then renamed. */
    public void writeText(Path file, String text) {
        Path unfinished = new Path(file.getParent(), "_unfinished." + file.getName());
        guarded(file, () -> {
            try (OutputStream out = fileSystem.create(unfinished, true)) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
            return true;
        });
        delete(file);
        publish(unfinished, file);
    }

    /**
     * Writes UTF-8 to a file that must be new.
     *
     * @return false when it is there already, and is left as it is
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

    /** When a file was last changed, in milliseconds since 1970; empty when it is absent. */
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

    /** Deletes a file, or a folder with all that is in it; nothing happens when it is absent. */
    public void delete(Path path) {
        guarded(path, () -> {
            if (!fileSystem.delete(path, true) && fileSystem.exists(path)) {
                throw new IOException("it cannot be deleted");
            }
            return true;
        });
    }

    /** Whether a file is at the other place too, whole: stores that rename by copying make the copy visible when it is complete. */
    boolean isCopy(Path file, Path other) {
        return guarded(
                other,
                () -> fileSystem.exists(other)
                        && fileSystem.getFileStatus(other).getLen()
                                == fileSystem.getFileStatus(file).getLen());
    }

    /** Gives finished work its final name; that name must be free. */
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

    /** Copies a file, or a folder with all that is in it, perhaps to another file system. */
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
