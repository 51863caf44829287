package org.sparkfinetune.train;

import org.apache.spark.api.java.JavaSparkContext;

/** Names Spark's jobs in its web interface in plain words, and puts back the name that was there before. */
final class JobDescription implements AutoCloseable {
    private static final String KEY = "spark.job.description";

    private final JavaSparkContext spark;
    private final String before;

    JobDescription(JavaSparkContext spark) {
        this.spark = spark;
        this.before = spark.getLocalProperty(KEY);
    }

    void set(String description) {
        spark.setLocalProperty(KEY, description);
    }

    @Override
    public void close() {
        spark.setLocalProperty(KEY, before);
    }
}
