package org.sparkfinetune.jobs.run;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.sparkfinetune.report.JobEvent;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.storage.HadoopFiles;

/**
 * The environment of a job.
 *
 * @param spark session of the application
 * @param progress receiver of the progress of the job
 */
public record JobContext(SparkSession spark, Progress progress) {
    /** With VGG16 on one core, such a task takes half a minute; that much work is lost with it. */
    private static final long PICTURES_PER_TASK = 128;
    /** More tasks are not balanced better, and each costs a start and a file: tasks get up to 2,048 pictures first. */
    private static final long TASKS_PER_SLOT = 64;

    private static final long MOST_PICTURES_PER_TASK = 2048;

    /** The Java view of the Spark context. */
    public JavaSparkContext java() {
        return JavaSparkContext.fromSparkContext(spark.sparkContext());
    }

    /** Identifier that Spark gave this application. */
    public String application() {
        return spark.sparkContext().applicationId();
    }

    /** Hadoop settings, including those of {@code spark.hadoop.*}. */
    public Configuration hadoop() {
        return spark.sparkContext().hadoopConfiguration();
    }

    /** A path with its scheme, from the text at {@code place} of the recipe. */
    public Path path(String place, String text) {
        return HadoopFiles.qualified(place, text, hadoop());
    }

    /** The file system of a path. */
    public HadoopFiles files(Path path) {
        return HadoopFiles.of(path, hadoop());
    }

    /** Reports that there is work to do and that the output folder is ready. */
    public void began(Path output) {
        progress.onEvent(new JobEvent.Began(output.toString()));
    }

    /**
     * Reports how many pictures were rejected, if any.
     *
     * @param pictures number of pictures that were examined
     * @param perReason number of rejected pictures by error class
     */
    public void rejected(long pictures, Map<String, Long> perReason) {
        long rejected = perReason.values().stream().mapToLong(Long::longValue).sum();
        if (rejected > 0) {
            progress.onEvent(new JobEvent.Rejected(pictures, rejected, perReason));
        }
    }

    /** Starts a stage whose progress is the value of a counter that tasks add to. */
    public ProgressWatch watch(String name, long total, String unit, LongAccumulator counter) {
        return new ProgressWatch(progress.start(name, total, unit), counter);
    }

    /** Number of tasks to run pictures through a network: equally many for each slot, and none too long to lose. */
    public int tasks(long pictures) {
        return tasks(pictures, taskSlots());
    }

    static int tasks(long pictures, long slots) {
        long wanted = ceilDiv(pictures, PICTURES_PER_TASK * slots);
        long perSlot = Math.min(wanted, Math.max(TASKS_PER_SLOT, ceilDiv(pictures, MOST_PICTURES_PER_TASK * slots)));
        return Math.toIntExact(slots * Math.max(1, perSlot));
    }

    private static long ceilDiv(long dividend, long divisor) {
        return -Math.floorDiv(-dividend, divisor);
    }

    /** Number of tasks that run at the same time. */
    public int taskSlots() {
        return Math.max(1, spark.sparkContext().defaultParallelism());
    }
}
