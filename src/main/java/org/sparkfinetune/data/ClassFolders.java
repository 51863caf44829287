package org.sparkfinetune.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.SerializableConfiguration;
import org.sparkfinetune.check.BadDataException;

/**
 * Pictures sorted into folders, {@code root/<class>/…}: the folder's name is the label, its place in the sorted names is the
 * index. Folders inside a class belong to the class; names that begin with a dot or an underscore are skipped. Every other
 * file counts as a picture, whatever it is called; one that is none is rejected later.
 *
 * @param root the folder above the classes
 * @param labelNames sorted by code unit
 */
public record ClassFolders(Path root, List<String> labelNames) {
    /** Columns of {@link #pictures}: path (text), length in bytes (long), label (int). */
    static final int PATH = 0;

    static final int LENGTH = 1;
    static final int LABEL = 2;

    public ClassFolders {
        labelNames = List.copyOf(labelNames);
    }

    /**
     * Finds the classes; pictures are not listed yet.
     *
     * @throws BadDataException when the root is missing, is a file, or has fewer than two class folders
     */
    public static ClassFolders under(Path root, HadoopFiles files) {
        if (!files.exists(root)) {
            throw new BadDataException(
                    root.toString(), "does not exist; input must be a folder with one folder a class");
        }
        if (!files.isFolder(root)) {
            throw new BadDataException(root.toString(), "is a file; input must be a folder with one folder a class");
        }
        List<String> names = files.list(root).stream()
                .filter(FileStatus::isDirectory)
                .map(status -> status.getPath().getName())
                .filter(name -> !isHidden(name))
                .sorted()
                .toList();
        if (names.isEmpty()) {
            throw new BadDataException(
                    root.toString(), "has no class folders; put the pictures of each class in a folder named after it");
        }
        if (names.size() < 2) {
            throw new BadDataException(
                    root.toString(), "has one class folder (" + names.get(0) + "); at least 2 classes are needed");
        }
        return new ClassFolders(root, names);
    }

    /** Lists the pictures in executor tasks, class by class, as rows of path, length and label. */
    public JavaRDD<Row> pictures(JavaSparkContext spark, Broadcast<SerializableConfiguration> configuration) {
        String rootText = root.toString();
        List<Row> folders = IntStream.range(0, labelNames.size())
                .mapToObj(label -> RowFactory.create(labelNames.get(label), label))
                .toList();
        int tasks = Math.min(folders.size(), 1000);
        return spark.parallelize(folders, tasks).flatMap(folder -> {
            int label = folder.getInt(1);
            Path path = new Path(rootText + Path.SEPARATOR + folder.getString(0));
            return new FilesBelow(path, configuration.value().value(), label);
        });
    }

    /** Label to number of files, from the rows of {@link #pictures}; a class without files is absent. */
    public static Map<Integer, Long> countByLabel(JavaRDD<Row> pictures) {
        return new HashMap<>(pictures.map(row -> row.getInt(LABEL)).countByValue());
    }

    static boolean isHidden(String name) {
        return name.startsWith(".") || name.startsWith("_");
    }

    /** Walks the folders lazily, so that a task holds one page of the file system's listing and not a million paths. */
    private static final class FilesBelow implements Iterator<Row> {
        private final Deque<Path> folders = new ArrayDeque<>();
        private final FileSystem fileSystem;
        private final int label;
        private RemoteIterator<FileStatus> listing;
        private FileStatus next;

        FilesBelow(Path top, Configuration configuration, int label) throws IOException {
            this.fileSystem = top.getFileSystem(configuration);
            this.label = label;
            this.listing = fileSystem.listStatusIterator(top);
        }

        @Override
        public boolean hasNext() {
            try {
                while (next == null && (listing.hasNext() || !folders.isEmpty())) {
                    advance();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return next != null;
        }

        private void advance() throws IOException {
            if (!listing.hasNext()) {
                listing = fileSystem.listStatusIterator(folders.pop());
                return;
            }
            FileStatus found = listing.next();
            if (isHidden(found.getPath().getName())) {
                return;
            }
            if (found.isDirectory()) {
                folders.push(found.getPath());
            } else {
                next = found;
            }
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Row row = RowFactory.create(next.getPath().toString(), next.getLen(), label);
            next = null;
            return row;
        }
    }
}
