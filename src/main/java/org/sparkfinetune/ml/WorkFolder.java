package org.sparkfinetune.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.storage.SparkFailures;
import scala.Option;

/** Finds the folder where fits keep datasets, activations and runs. */
final class WorkFolder {
    private static final String NAME = "spark-finetune";

    private WorkFolder() {}

    /**
     * Returns the folder that the user named, or the first available: below Spark's checkpoint folder, a temporary one
     * in local mode, or one below the user's home on Hadoop's default file system.
     *
     * @param named by the user; empty for none
     * @throws InvalidRequestException when executors on other machines could not access it
     */
    static Path of(JobContext context, String named) {
        if (!named.isEmpty()) {
            return context.path("workDir", named);
        }
        SparkContext spark = context.spark().sparkContext();
        Option<String> checkpoints = spark.getCheckpointDir();
        if (checkpoints.isDefined()) {
            return new Path(checkpoints.get(), NAME);
        }
        if (spark.isLocal()) {
            return context.path("workDir", Temporary.FOLDER.toString());
        }
        try {
            FileSystem home = FileSystem.get(context.hadoop());
            if (home.getUri().getScheme().equals("file")) {
                throw new InvalidRequestException(
                        "workDir",
                        "is not set, and the executors may not have access to this machine's files; set it to a"
                                + " folder that every"
                                + " machine can access, such as hdfs:///user/you/finetune");
            }
            return new Path(home.getHomeDirectory(), "." + NAME);
        } catch (IOException e) {
            throw SparkFailures.translate(e, "workDir");
        }
    }

    /** Created for the first fit that needs it, removed when the JVM ends. */
    private static final class Temporary {
        static final java.nio.file.Path FOLDER = make();

        private static java.nio.file.Path make() {
            try {
                java.nio.file.Path folder = Files.createTempDirectory(NAME + "-ml");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> FileUtils.deleteQuietly(folder.toFile())));
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException("no temporary folder can be created; set workDir", e);
            }
        }
    }
}
