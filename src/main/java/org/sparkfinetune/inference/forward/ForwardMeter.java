package org.sparkfinetune.inference.forward;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts what tasks did: pictures, and nanoseconds in each step. Decoding goes on beside forward passes, so the steps may
 * take longer together than the task. A task that Spark repeats is counted again, so these are for
 * showing progress and cost, never for deciding whether a result is whole.
 */
public record ForwardMeter(
        LongAccumulator images, LongAccumulator decodeNanos, LongAccumulator waitNanos, LongAccumulator forwardNanos)
        implements Serializable {

    /** Counters at zero. */
    public static ForwardMeter register(SparkContext spark) {
        return new ForwardMeter(
                spark.longAccumulator("images"),
                spark.longAccumulator("decodeNanos"),
                spark.longAccumulator("waitNanos"),
                spark.longAccumulator("forwardNanos"));
    }

    /** Seconds spent reading, decoding and resizing, summed over tasks. */
    public double decodeSeconds() {
        return decodeNanos.value() / 1e9;
    }

    /** Seconds in which a task had no batch for its network, because pictures were not there or not decoded; summed over tasks. */
    public double waitSeconds() {
        return waitNanos.value() / 1e9;
    }

    /** Seconds spent in forward passes, summed over tasks. */
    public double forwardSeconds() {
        return forwardNanos.value() / 1e9;
    }
}
