package org.sparkfinetune.inference.forward;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.inference.engine.Prefetch;
import org.sparkfinetune.inference.engine.TaskNetwork;

/**
 * The results of a task's pictures. While a batch is in the network, another thread decodes the next batch, and no
 * more. Only the task's thread reads pictures from their iterator, because the data of a Spark shuffle belong to it.
 *
 * <p>When every core has a task, the other thread is one more than there are cores. That does no harm: it adds no work,
 * the threads of ONNX Runtime sleep while they wait, and a core stays busy while a picture comes from a slow disk.
 */
final class ForwardBatches<T> implements Iterator<PictureResult<T>>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardBatches.class);

    private final Iterator<T> pictures;
    private final ShrinkingForward network;
    private final ForwardMeter meter;
    private final AtomicBoolean stopped = new AtomicBoolean();
    /** The batch for the next pictures. */
    private PictureBatch<T> free;

    private PictureBatch<T> used;
    /** Null before the first batch and after the last. */
    private Prefetch<PictureBatch<T>> ahead;

    private Iterator<PictureResult<T>> ready = List.<PictureResult<T>>of().iterator();

    /** @param empty creates a batch that stops decoding when the given supplier returns true */
    ForwardBatches(
            Iterator<T> pictures,
            Function<BooleanSupplier, PictureBatch<T>> empty,
            TaskNetwork network,
            ForwardMeter meter) {
        this.pictures = pictures;
        this.free = empty.apply(stopped::get);
        this.used = empty.apply(stopped::get);
        this.network = new ShrinkingForward(network, LOG::warn);
        this.meter = meter;
    }

    @Override
    public boolean hasNext() {
        return ready.hasNext() || ahead != null || pictures.hasNext();
    }

    @Override
    public PictureResult<T> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (!ready.hasNext()) {
            ready = nextBatch().iterator();
        }
        return ready.next();
    }

    private List<PictureResult<T>> nextBatch() {
        long start = System.nanoTime();
        PictureBatch<T> batch = filled();
        long forward = System.nanoTime();
        List<PictureResult<T>> results = batch.through(network);
        meter.decodeNanos().add(batch.decodeNanos());
        meter.waitNanos().add(forward - start);
        meter.forwardNanos().add(System.nanoTime() - forward);
        meter.images().add(results.size());
        return results;
    }

    /**
     * Reads until the batch is full, so that rejected pictures do not make batches smaller, then begins the next one.
     */
    private PictureBatch<T> filled() {
        if (ahead == null) {
            begin();
        }
        PictureBatch<T> batch = result();
        while (batch.missing() > 0 && pictures.hasNext()) {
            batch.decode(taken(batch.missing()));
        }
        begin();
        return batch;
    }

    private void begin() {
        PictureBatch<T> batch = free;
        List<T> taken = taken(batch.clear().missing());
        ahead = taken.isEmpty() ? null : Prefetch.begin(() -> batch.decode(taken));
        free = used;
        used = batch;
    }

    private List<T> taken(int most) {
        List<T> taken = new ArrayList<>(most);
        while (taken.size() < most && pictures.hasNext()) {
            taken.add(pictures.next());
        }
        return taken;
    }

    private PictureBatch<T> result() {
        try {
            return ahead.result();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the task was killed while it waited for pictures", e);
        }
    }

    /** Waits for the picture that is being decoded, so that nothing of a task continues after its end. */
    @Override
    public void close() {
        stopped.set(true);
        if (ahead != null) {
            ahead.close();
            ahead = null;
        }
    }
}
