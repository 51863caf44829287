package org.sparkfinetune.testing;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * A disk under the scheme {@code copying:} that renames as s3a does: it copies one file after the other, then deletes
 * the originals one after the other, and refuses to copy over a file. A copy is visible when it is whole. It breaks
 * after a number of such steps and stays broken until it is mended. One a JVM.
 */
public final class BrittleStore extends RawLocalFileSystem {
    private static final Configuration MOUNTED = new Configuration();
    private static final AtomicInteger LEFT = new AtomicInteger(Integer.MAX_VALUE);

    /** Makes {@code copying:} known. */
    public static Configuration mounted() {
        MOUNTED.setClass("fs.copying.impl", BrittleStore.class, org.apache.hadoop.fs.FileSystem.class);
        return MOUNTED;
    }

    /** From now on. */
    public static void breakAfter(int steps) {
        LEFT.set(steps);
    }

    /** Whether it broke since it was last mended; mends it. */
    public static boolean mend() {
        return LEFT.getAndSet(Integer.MAX_VALUE) < 0;
    }

    @Override
    public URI getUri() {
        return URI.create("copying:///");
    }

    /** A store has none; and Hadoop would start a process for each. */
    @Override
    public void setPermission(Path path, FsPermission permission) {}

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        if (exists(to)) {
            return false;
        }
        copy(from, to);
        remove(from);
        return true;
    }

    private void copy(Path from, Path to) throws IOException {
        if (getFileStatus(from).isDirectory()) {
            for (FileStatus file : listStatus(from)) {
                copy(file.getPath(), new Path(to, file.getPath().getName()));
            }
        } else {
            step();
            FileUtil.copy(this, from, this, to, false, getConf());
        }
    }

    private void remove(Path path) throws IOException {
        if (getFileStatus(path).isDirectory()) {
            for (FileStatus file : listStatus(path)) {
                remove(file.getPath());
            }
        }
        step();
        super.delete(path, false);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        step();
        return super.delete(path, recursive);
    }

    @Override
    public FSDataOutputStream create(Path path, boolean overwrite) throws IOException {
        if (LEFT.get() < 0) {
            throw new IOException("the store is broken");
        }
        return super.create(path, overwrite);
    }

    private static void step() throws IOException {
        if (LEFT.get() < 0 || LEFT.decrementAndGet() < 0) {
            throw new IOException("the store is broken");
        }
    }
}
