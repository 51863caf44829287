package org.sparkfinetune.jobs.examples;

import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;

/**
 * The training and the held-out examples of a stage.
 *
 * @param <T> type of an example
 */
public sealed interface StageExamples<T> extends AutoCloseable permits TrunkActivations, PictureExamples {
    /**
     * The training split: examples by number, 0 to n - 1. A picture has the same number in every epoch.
     *
     * @param epoch 1-based number of the epoch
     */
    JavaPairRDD<Long, T> train(int epoch);

    /** The held-out split in the same form, never augmented; empty if it has no pictures. */
    Optional<JavaPairRDD<Long, T>> validation();

    /** Releases the resources that Spark holds for the examples. */
    @Override
    void close();
}
