package org.sparkfinetune.inference.forward;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.util.TaskCompletionListener;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.PictureDecoder;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.PictureTensor;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.engine.TaskNetwork;

/**
 * Runs pictures through a network in one fused step of a task: decode, resize, forward, batch by batch. The next batch
 * is decoded while one is in the network. Each picture is decoded once; the order is kept; memory holds two batches.
 *
 * <pre>
 * JavaRDD&lt;PictureResult&lt;Row&gt;&gt; results = rows.mapPartitions(new PictureForward&lt;&gt;(
 *         shipped.engine(), limits, 16, row -> row.getAs("image"), ForwardMeter.register(spark)));
 * </pre>
 *
 * @param <T> source of a picture
 */
public final class PictureForward<T> implements FlatMapFunction<Iterator<T>, PictureResult<T>> {
    private static final long serialVersionUID = 1L;

    private final TaskNetwork network;
    private final PictureLimits limits;
    private final int batchSize;
    private final Function<T, byte[]> encoded;
    private final ForwardMeter meter;

    /**
     * @param batchSize pictures in one forward pass, at least 1
     * @param encoded returns a picture's encoded bytes, called on a thread that is not the task's; may throw
     *     {@link RejectedPictureException}
     */
    public PictureForward(
            EngineSpec engine, PictureLimits limits, int batchSize, Function<T, byte[]> encoded, ForwardMeter meter) {
        this((TaskNetwork) engine, limits, batchSize, encoded, meter);
    }

    PictureForward(
            TaskNetwork network, PictureLimits limits, int batchSize, Function<T, byte[]> encoded, ForwardMeter meter) {
        this.network = network;
        this.limits = limits;
        this.batchSize = batchSize;
        this.encoded = encoded;
        this.meter = meter;
    }

    @Override
    public Iterator<PictureResult<T>> call(Iterator<T> pictures) {
        ForwardBatches<T> batches = batches(pictures);
        TaskContext task = TaskContext.get();
        if (task != null) {
            task.addTaskCompletionListener((TaskCompletionListener) ended -> batches.close());
        }
        return batches;
    }

    /** The caller must close the result. */
    ForwardBatches<T> batches(Iterator<T> pictures) {
        return new ForwardBatches<>(
                pictures,
                stopped -> new PictureBatch<>(
                        new PictureBatch.Source<>(
                                encoded,
                                new PictureDecoder(limits),
                                new PictureTensor(network.input(), limits),
                                stopped),
                        batchSize),
                network,
                meter);
    }
}
