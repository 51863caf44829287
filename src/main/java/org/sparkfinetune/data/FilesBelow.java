package org.sparkfinetune.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** Walks a folder lazily, so that a task holds one page of the file system's listing and not a million paths. */
final class FilesBelow implements Iterator<PictureFile> {
    private final Deque<Path> folders = new ArrayDeque<>();
    private final FileSystem fileSystem;
    private final int label;
    private RemoteIterator<FileStatus> listing;
    private FileStatus next;

    /** @param label given to every file */
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
        if (ClassFolders.isHidden(found.getPath().getName())) {
            return;
        }
        if (found.isDirectory()) {
            folders.push(found.getPath());
        } else {
            next = found;
        }
    }

    @Override
    public PictureFile next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        PictureFile file = new PictureFile(next.getPath().toString(), next.getLen(), next.getModificationTime(), label);
        next = null;
        return file;
    }
}
