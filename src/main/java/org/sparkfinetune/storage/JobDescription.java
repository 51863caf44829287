package org.sparkfinetune.storage;

import org.apache.spark.api.java.JavaSparkContext;

/**
 * Names Spark's jobs in its web interface in plain words, and puts back the name that was there before. Belongs to the thread that
 * starts the jobs.
 */
public final class JobDescription implements AutoCloseable {
    /** Spark's own name of it. */
    public static final String KEY = "spark.job.description";

    private final JavaSparkContext spark;
    private final String before;

    /** Changes nothing yet. */
    public JobDescription(JavaSparkContext spark) {
        this.spark = spark;
        this.before = spark.getLocalProperty(KEY);
    }

    /** The jobs from here on. */
    public void set(String description) {
        spark.setLocalProperty(KEY, description);
    }

    /**
     * Jobs of a work that whoever started it may have named.
     *
     * @param step of that work, such as {@code "round 12 of 40"}
     * @param work in case nobody named it, such as {@code "epoch 3"}
     */
    public void set(String step, String work) {
        set((before == null ? work : before) + ", " + step);
    }

    @Override
    public void close() {
        spark.setLocalProperty(KEY, before);
    }
}
