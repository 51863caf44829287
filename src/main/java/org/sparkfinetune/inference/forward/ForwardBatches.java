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
import org.sparkfinetune.inference.engine.Ahead;
import org.sparkfinetune.inference.engine.TaskNetwork;

/**
 * The outcomes of a task's pictures. One batch, and no more than that, is decoded ahead by another thread while the task's own
 * is in the network. Pictures are pulled by the task's thread alone, because what comes out of a Spark shuffle belongs to it.
 *
 * <p>The other thread is one more than there are cores when every core has a task. That does no harm: it adds no work, the
 * threads of ONNX Runtime sleep while they wait, and a core has something to do while a picture comes from a slow disk.
 */
final class ForwardBatches<T> implements Iterator<Outcome<T>>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardBatches.class);

    private final Iterator<T> pictures;
    private final ShrinkingForward network;
    private final ForwardMeter meter;
    private final AtomicBoolean stopped = new AtomicBoolean();
    /** The one that the next pictures are decoded into. */
    private PictureBatch<T> free;

    private PictureBatch<T> used;
    /** Null before the first and after the last. */
    private Ahead<PictureBatch<T>> ahead;

    private Iterator<Outcome<T>> ready = List.<Outcome<T>>of().iterator();

    /** @param empty makes a batch that stops decoding when it is told to */
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
    public Outcome<T> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (!ready.hasNext()) {
            ready = nextBatch().iterator();
        }
        return ready.next();
    }

    private List<Outcome<T>> nextBatch() {
        long start = System.nanoTime();
        PictureBatch<T> batch = filled();
        long forward = System.nanoTime();
        List<Outcome<T>> outcomes = batch.through(network);
        meter.decodeNanos().add(batch.decodeNanos());
        meter.waitNanos().add(forward - start);
        meter.forwardNanos().add(System.nanoTime() - forward);
        meter.images().add(outcomes.size());
        return outcomes;
    }

    /** Reads on until the batch is full, so rejected pictures do not make batches smaller; then begins with the next. */
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
        ahead = taken.isEmpty() ? null : Ahead.begin(() -> batch.decode(taken));
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

    /** Nothing of a task goes on after it: waits for the picture that is being decoded. */
    @Override
    public void close() {
        stopped.set(true);
        if (ahead != null) {
            ahead.close();
            ahead = null;
        }
    }
}
