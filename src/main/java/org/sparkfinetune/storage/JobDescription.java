package org.sparkfinetune.storage;

import org.apache.spark.api.java.JavaSparkContext;

/**
 * Names Spark's jobs in its web interface, and restores the earlier name when it is closed. Use it on the thread that
 * starts the jobs.
 */
public final class JobDescription implements AutoCloseable {
    /** Spark's property for the name. */
    public static final String KEY = "spark.job.description";

    private final JavaSparkContext spark;
    private final String before;

    /** Remembers the name so far. */
    public JobDescription(JavaSparkContext spark) {
        this.spark = spark;
        this.before = spark.getLocalProperty(KEY);
    }

    /** Names the jobs from now on. */
    public void set(String description) {
        spark.setLocalProperty(KEY, description);
    }

    /**
     * Names one step of a work that may have a name already.
     *
     * @param step name of the step, such as {@code "round 12 of 40"}
     * @param work name of the work when it has none yet, such as {@code "epoch 3"}
     */
    public void set(String step, String work) {
        set((before == null ? work : before) + ", " + step);
    }

    @Override
    public void close() {
        spark.setLocalProperty(KEY, before);
    }
}
