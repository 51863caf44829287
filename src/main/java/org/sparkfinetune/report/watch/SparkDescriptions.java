package org.sparkfinetune.report.watch;

import org.apache.spark.api.java.JavaSparkContext;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.storage.JobDescription;

/**
 * Describes every Spark job that our job runs, from {@code "shard: read pictures, 500 pictures"} to
 * {@code "finetune: epoch 3 of 30"}; the training adds the round. The previous description is restored at the end.
 * Phases must be started on the thread that starts the Spark jobs.
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
    public Phase start(String name, long total, String unit) {
        String before = now;
        doing(name + (total > 0 ? ", " + total + " " + unit : ""));
        return new Phase() {
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
