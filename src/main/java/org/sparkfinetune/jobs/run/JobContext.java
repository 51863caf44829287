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
 * What a job runs in.
 *
 * @param spark the session of the application
 * @param progress told how far the job is
 */
public record JobContext(SparkSession spark, Progress progress) {
    /** A task of a VGG16 on one core takes half a minute then, which is what a lost one costs. */
    private static final long PICTURES_PER_TASK = 128;
    /** More are no better balanced, and each costs a file and its start: rather more pictures in each, up to 2,048. */
    private static final long TASKS_PER_SLOT = 64;

    private static final long MOST_PICTURES_PER_TASK = 2048;

    /** The Java view of the Spark context. */
    public JavaSparkContext java() {
        return JavaSparkContext.fromSparkContext(spark.sparkContext());
    }

    /** What Spark calls this application. */
    public String application() {
        return spark.sparkContext().applicationId();
    }

    /** Hadoop settings, those of {@code spark.hadoop.*} included. */
    public Configuration hadoop() {
        return spark.sparkContext().hadoopConfiguration();
    }

    /** A path with its scheme, from what stands in the recipe at {@code place}. */
    public Path path(String place, String text) {
        return HadoopFiles.qualified(place, text, hadoop());
    }

    /** The file system of a path. */
    public HadoopFiles files(Path path) {
        return HadoopFiles.of(path, hadoop());
    }

    /** Tells that there is work to do, and that its output is ready for it. */
    public void began(Path output) {
        progress.happened(new JobEvent.Began(output.toString()));
    }

    /**
     * Tells how many pictures were refused, when any were.
     *
     * @param pictures that were looked at
     * @param perReason those refused, by error class
     */
    public void rejected(long pictures, Map<String, Long> perReason) {
        long rejected = perReason.values().stream().mapToLong(Long::longValue).sum();
        if (rejected > 0) {
            progress.happened(new JobEvent.Rejected(pictures, rejected, perReason));
        }
    }

    /** A stage whose progress is the value of a counter that tasks add to. */
    public ProgressWatch watch(String name, long total, String unit, LongAccumulator counter) {
        return new ProgressWatch(progress.start(name, total, unit), counter);
    }

    /** Tasks to run pictures through a network: as many for every slot, none so long that losing it hurts. */
    public int tasks(long pictures) {
        return tasks(pictures, taskSlots());
    }

    public static int tasks(long pictures, long slots) {
        long wanted = ceilDiv(pictures, PICTURES_PER_TASK * slots);
        long perSlot = Math.min(wanted, Math.max(TASKS_PER_SLOT, ceilDiv(pictures, MOST_PICTURES_PER_TASK * slots)));
        return Math.toIntExact(slots * Math.max(1, perSlot));
    }

    private static long ceilDiv(long dividend, long divisor) {
        return -Math.floorDiv(-dividend, divisor);
    }

    /** Tasks that run at the same time. */
    public int taskSlots() {
        return Math.max(1, spark.sparkContext().defaultParallelism());
    }
}
