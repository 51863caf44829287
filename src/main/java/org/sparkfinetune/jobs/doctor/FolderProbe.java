package org.sparkfinetune.jobs.doctor;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.Failures;
import org.sparkfinetune.cluster.Finding;

/**
 * The paths that executors check on the file systems of a recipe.
 *
 * @param reads paths that must exist, with their schemes
 * @param probe file that the driver has just written beside the output; empty if it could not
 */
record FolderProbe(List<String> reads, String probe) implements Serializable {

    List<Finding> seenByExecutor(Configuration hadoop, String executor) {
        List<Finding> findings = new ArrayList<>();
        for (String path : reads) {
            findings.add(finding("reads " + path, () -> there(path, hadoop), shared(path)));
        }
        if (!probe.isEmpty()) {
            findings.add(finding(
                    "writes " + new Path(probe).getParent(),
                    () -> there(probe, hadoop) && writable(new Path(probe + "-" + executor), hadoop),
                    shared(probe)));
        }
        return findings;
    }

    private static String shared(String path) {
        return "the driver sees it, this machine does not: use "
                + (path.startsWith("file:")
                        ? "hdfs:// or a folder that all machines share"
                        : "the same storage in both places");
    }

    /** Whether a path exists; it may be a pattern. */
    static boolean there(String path, Configuration hadoop) throws IOException {
        FileSystem files = new Path(path).getFileSystem(hadoop);
        var found = files.globStatus(new Path(path));
        return found != null && found.length > 0;
    }

    /** Writes a file and removes it; whether that worked. */
    static boolean writable(Path file, Configuration hadoop) throws IOException {
        FileSystem files = file.getFileSystem(hadoop);
        files.create(file, true).close();
        return files.delete(file, false);
    }

    /**
     * Runs a check and reports the result; an exception counts as a result too.
     *
     * @param otherwise advice for a check that does not hold
     */
    static Finding finding(String name, Check check, String otherwise) {
        try {
            return check.holds() ? Finding.fine(name, "yes") : new Finding(name, "no", otherwise);
        } catch (IOException | RuntimeException e) {
            return new Finding(
                    name,
                    "no: " + Failures.firstLine(e),
                    "let the user who runs the job do this here (permissions, network, credentials, the file system's"
                            + " jar)");
        }
    }

    /** A question to file systems. */
    interface Check {
        boolean holds() throws IOException;
    }
}
