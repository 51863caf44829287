package org.sparkfinetune.testing;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * The local disk under the scheme {@code tiny:}, full after a number of bytes, and reporting it as Hadoop's local file
 * system does. One disk a JVM.
 */
public final class TinyDisk extends RawLocalFileSystem {
    private static final AtomicLong LEFT = new AtomicLong();

    /** Makes {@code tiny:} known. */
    public static void mount(Configuration configuration) {
        configuration.setClass("fs.tiny.impl", TinyDisk.class, org.apache.hadoop.fs.FileSystem.class);
    }

    /** Bytes that can be written from now on. */
    public static void room(long bytes) {
        LEFT.set(bytes);
    }

    /** Bytes that can still be written. */
    public static long left() {
        return LEFT.get();
    }

    @Override
    public URI getUri() {
        return URI.create("tiny:///");
    }

    /** Writes to a device of Linux that is always full, so that the failure is the real one. */
    private void fail() throws IOException {
        try (OutputStream full = super.createOutputStreamWithMode(new Path("/dev/full"), true, null)) {
            full.write(0);
        }
    }

    @Override
    protected OutputStream createOutputStreamWithMode(Path file, boolean append, FsPermission permission)
            throws IOException {
        return new FilterOutputStream(super.createOutputStreamWithMode(file, append, permission)) {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (LEFT.addAndGet(-length) < 0) {
                    fail();
                }
                out.write(bytes, offset, length);
            }
        };
    }
}
