package org.sparkfinetune.testing;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The local disk under the scheme {@code brittle:}, which breaks after a number of renames to places outside of a
 * staging folder, and stays broken until it is mended: what a killed job leaves on it is what a kill at that point
 * leaves. One disk a JVM.
 */
public final class BrittleDisk extends RawLocalFileSystem {
    private static final AtomicInteger LEFT = new AtomicInteger(Integer.MAX_VALUE);

    /** Makes {@code brittle:} known. */
    public static void mount(Configuration configuration) {
        configuration.setClass("fs.brittle.impl", BrittleDisk.class, org.apache.hadoop.fs.FileSystem.class);
    }

    /** From now on. */
    public static void breakAfter(int publications) {
        LEFT.set(publications);
    }

    /** Whether it broke since it was last mended; mends it. */
    public static boolean mend() {
        return LEFT.getAndSet(Integer.MAX_VALUE) < 0;
    }

    @Override
    public URI getUri() {
        return URI.create("brittle:///");
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        if (LEFT.get() < 0 || !to.toString().contains("/_staging/") && LEFT.decrementAndGet() < 0) {
            throw new IOException("the disk is broken");
        }
        return super.rename(from, to);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        if (LEFT.get() < 0) {
            throw new IOException("the disk is broken");
        }
        return super.delete(path, recursive);
    }
}
