package org.sparkfinetune.train.rates;

import org.apache.spark.api.java.JavaPairRDD;

/**
 * What learning rates are tried on.
 *
 * @param train index, unique in 0..trainCount-1, and example
 * @param trainCount at least 1
 * @param held the same of examples that are not trained on
 * @param heldCount 0 when there are none
 */
public record TrialExamples<T>(
        JavaPairRDD<Long, T> train, long trainCount, JavaPairRDD<Long, T> held, long heldCount) {}
