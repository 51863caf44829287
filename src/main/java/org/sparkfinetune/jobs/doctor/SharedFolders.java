package org.sparkfinetune.jobs.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.cluster.Finding;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;

/** The folders of a recipe as the driver sees them, and a file beside the output that executors must see too. */
final class SharedFolders implements AutoCloseable {
    private final JobContext context;
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();
    private Path probe;

    private SharedFolders(JobContext context) {
        this.context = context;
    }

    /** Checks the folders and writes the file; does nothing without a recipe. */
    static SharedFolders of(JobContext context, Optional<Recipe> recipe) {
        SharedFolders folders = new SharedFolders(context);
        recipe.ifPresent(known -> {
            known.reads().forEach(folders::read);
            folders.write(known.output());
        });
        return folders;
    }

    private void read(String text) {
        Path path = context.path("recipe", text);
        Finding found = FolderProbe.finding(
                "reads " + path,
                () -> FolderProbe.there(path.toString(), context.hadoop()),
                "it does not exist; correct the path, or run the job that makes it");
        findings.add(found);
        if (!found.isWrong()) {
            seen.add(path.toString());
        }
    }

    private void write(String text) {
        Path output = context.path("output", text);
        Path[] written = new Path[1];
        Finding found = FolderProbe.finding(
                "writes " + output,
                () -> {
                    written[0] = new Path(nearestFolder(output), ".spark-finetune-doctor-" + UUID.randomUUID());
                    output.getFileSystem(context.hadoop())
                            .create(written[0], true)
                            .close();
                    return true;
                },
                "");
        findings.add(found);
        probe = found.isWrong() ? null : written[0];
    }

    /** The output itself, or the closest folder above it that exists. */
    private Path nearestFolder(Path output) throws IOException {
        FileSystem files = output.getFileSystem(context.hadoop());
        Path folder = output;
        while (folder.getParent() != null && !files.exists(folder)) {
            folder = folder.getParent();
        }
        return folder;
    }

    List<Finding> seenByDriver() {
        return List.copyOf(findings);
    }

    FolderProbe probe() {
        return new FolderProbe(List.copyOf(seen), probe == null ? "" : probe.toString());
    }

    @Override
    public void close() {
        if (probe != null) {
            context.files(probe).delete(probe);
        }
    }
}
