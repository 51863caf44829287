package org.sparkfinetune.jobs.doctor;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.cluster.Finding;

/**
 * What executors are to look for on the file systems of a recipe.
 *
 * @param reads what must be there, with its scheme
 * @param probe a file that the driver has just written beside the output; empty when it could not
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

    /** Whether anything is there; a path may be a pattern. */
    static boolean there(String path, Configuration hadoop) throws IOException {
        FileSystem files = new Path(path).getFileSystem(hadoop);
        var found = files.globStatus(new Path(path));
        return found != null && found.length > 0;
    }

    /** Writes a file and removes it. */
    static boolean writable(Path file, Configuration hadoop) throws IOException {
        FileSystem files = file.getFileSystem(hadoop);
        files.create(file, true).close();
        return files.delete(file, false);
    }

    /**
     * @param check asked; an exception is an answer too
     * @param otherwise what to do when it is false
     */
    static Finding finding(String name, Check check, String otherwise) {
        try {
            return check.holds() ? Finding.fine(name, "yes") : new Finding(name, "no", otherwise);
        } catch (IOException | RuntimeException e) {
            return new Finding(
                    name,
                    "no: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    "let the user who runs the job do this here (permissions, network, credentials, the file system's jar)");
        }
    }

    /** Something that file systems answer. */
    interface Check {
        boolean holds() throws IOException;
    }
}
