package org.sparkfinetune.data.source;

import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.JavaRDD;
import org.sparkfinetune.data.picture.PictureBytes;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.data.picture.PictureTags;

/**
 * Walks a folder lazily: a task holds one page of the listing of the file system, not a million paths. On the local
 * disk symbolic links are followed, but not to a folder that was walked already, such as the one above.
 */
final class FilesBelow implements Iterator<PictureFile> {
    private static final int MOST_TASKS = 1000;

    private final Deque<Path> folders = new ArrayDeque<>();
    private final Set<String> walked = new HashSet<>();
    private final FileSystem fileSystem;
    private final PictureTags tags;
    private RemoteIterator<FileStatus> listing;
    private FileStatus next;

    /** A folder and the common tags of its pictures. */
    record Folder(String path, PictureTags tags) implements Serializable {}

    FilesBelow(Path top, Configuration configuration, PictureTags tags) throws IOException {
        this.fileSystem = top.getFileSystem(configuration);
        this.tags = tags;
        this.listing = fileSystem.listStatusIterator(top);
        isNew(top);
    }

    /** Walks many folders in tasks. */
    static JavaRDD<PictureFile> list(List<Folder> folders, SourceReading reading) {
        var hadoop = reading.hadoop();
        return reading.spark()
                .parallelize(folders, Math.min(folders.size(), MOST_TASKS))
                .flatMap(folder ->
                        new FilesBelow(new Path(folder.path()), hadoop.value().value(), folder.tags()));
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
        if (HiddenNames.contain(found.getPath().getName())) {
            return;
        }
        if (!found.isDirectory()) {
            next = found;
        } else if (isNew(found.getPath())) {
            folders.push(found.getPath());
        }
    }

    /** Only the local disk has links; there, folders are compared by their real path. */
    private boolean isNew(Path folder) throws IOException {
        boolean local = "file".equals(folder.toUri().getScheme());
        return !local || walked.add(new File(folder.toUri().getPath()).getCanonicalPath());
    }

    @Override
    public PictureFile next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        PictureFile file = new PictureFile(
                next.getPath().toString(),
                next.getLen(),
                next.getModificationTime(),
                tags,
                new PictureBytes.WholeFile());
        next = null;
        return file;
    }
}
