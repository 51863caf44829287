package org.sparkfinetune.inference.forward;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts the pictures of tasks, and their nanoseconds in each step. Decoding runs beside forward passes, so the steps
 * together may take longer than the task. A task that Spark repeats is counted again: use these counts for progress and
 * cost, never to decide whether a result is complete.
 */
public record ForwardMeter(
        LongAccumulator images, LongAccumulator decodeNanos, LongAccumulator waitNanos, LongAccumulator forwardNanos)
        implements Serializable {

    /** Registers counters, at zero. */
    public static ForwardMeter register(SparkContext spark) {
        return new ForwardMeter(
                spark.longAccumulator("pictures"),
                spark.longAccumulator("decodeNanos"),
                spark.longAccumulator("waitNanos"),
                spark.longAccumulator("forwardNanos"));
    }

    /** Seconds spent reading, decoding and resizing, summed over tasks. */
    public double decodeSeconds() {
        return decodeNanos.value() / 1e9;
    }

    /**
     * Seconds in which a task had no batch for its network, because pictures were not available or not decoded; summed
     * over tasks.
     */
    public double waitSeconds() {
        return waitNanos.value() / 1e9;
    }

    /** Seconds spent in forward passes, summed over tasks. */
    public double forwardSeconds() {
        return forwardNanos.value() / 1e9;
    }
}
