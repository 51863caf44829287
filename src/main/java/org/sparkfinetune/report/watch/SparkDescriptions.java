package org.sparkfinetune.report.watch;

import org.apache.spark.api.java.JavaSparkContext;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.storage.JobDescription;

/**
 * Names every job that Spark runs for a job of ours, from {@code "shard: read pictures, 500 images"} to {@code "finetune: epoch 3 of 30"}, to which
 * the training adds the round. Whatever Spark's jobs were called before is put back at the end. Stages must be started on the thread that
 * starts Spark's jobs.
 */
public final class SparkDescriptions implements Progress.Listener, AutoCloseable {
    private final JobDescription description;
    private final String kind;
    private String now;

    /** @param kind of the job, such as {@code finetune} */
    public SparkDescriptions(JavaSparkContext spark, String kind) {
        this.description = new JobDescription(spark);
        this.kind = kind;
        doing("look at the input");
    }

    @Override
    public Stage start(String name, long total, String unit) {
        String before = now;
        doing(name + (total > 0 ? ", " + total + " " + unit : ""));
        return new Stage() {
            @Override
            public void done(long count) {}

            @Override
            public void note(String text) {}

            @Override
            public void close() {
                doing(before);
            }
        };
    }

    @Override
    public void doing(String text) {
        now = text;
        description.set(kind + ": " + text);
    }

    @Override
    public void close() {
        description.close();
    }
}
