package org.sparkfinetune.jobs.examples;

import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;

/**
 * What the tail of a stage is trained on and measured by.
 *
 * @param <T> an example as it travels through Spark
 */
public sealed interface StageExamples<T> extends AutoCloseable permits TrunkActivations, PictureExamples {
    /**
     * The training split: index, 0 to n - 1, the same for a picture in every epoch, and example.
     *
     * @param epoch 1-based
     */
    JavaPairRDD<Long, T> train(int epoch);

    /** The held-out split, the same way and never augmented; nothing when it has no pictures. */
    Optional<JavaPairRDD<Long, T>> validation();

    /** Releases what Spark holds for them. */
    @Override
    void close();
}
