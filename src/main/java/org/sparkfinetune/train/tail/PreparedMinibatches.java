package org.sparkfinetune.train.tail;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.sparkfinetune.cluster.NativeThreads;
import org.sparkfinetune.inference.engine.Prefetch;
import org.sparkfinetune.inference.engine.TaskDevice;
import org.sparkfinetune.train.Batcher;

/**
 * Groups arriving examples into minibatches. While the caller uses one minibatch, another thread makes the next one,
 * and not more: pictures are decoded and frozen layers run during the fit. Only the caller's thread reads examples,
 * because the output of a Spark shuffle belongs to the thread of its task.
 *
 * @param <T> an example
 */
public final class PreparedMinibatches<T> implements AutoCloseable {
    private final Iterator<T> examples;
    private final int batchSize;
    private final Batcher<T> batcher;
    private final int nativeThreads = NativeThreads.here();
    /** Null if there are no more. */
    private Prefetch<Minibatch> next;

    /** @param batchSize examples per minibatch, at least 1; the last minibatch may be smaller */
    public PreparedMinibatches(Iterator<T> examples, int batchSize, Batcher<T> batcher) {
        this.examples = examples;
        this.batchSize = batchSize;
        this.batcher = batcher;
        this.next = begin();
    }

    /**
     * A minibatch.
     *
     * @param examples number of examples
     * @param data features and labels
     */
    public record Minibatch(int examples, MultiDataSet data) {}

    public boolean hasNext() {
        return next != null;
    }

    /**
     * Waits for the next minibatch, and starts to make the one after it.
     *
     * @throws InterruptedException if the task is killed meanwhile
     */
    public Minibatch next() throws InterruptedException {
        Minibatch ready = next.result();
        next = begin();
        return ready;
    }

    private Prefetch<Minibatch> begin() {
        List<T> taken = new ArrayList<>();
        while (taken.size() < batchSize && examples.hasNext()) {
            taken.add(examples.next());
        }
        return taken.isEmpty() ? null : Prefetch.begin(() -> minibatch(taken));
    }

    private Minibatch minibatch(List<T> taken) {
        // Arrays must be made on the device of the thread that fits them.
        TaskDevice.here().bind();
        // Otherwise frozen layers run by Deeplearning4j would use one thread per core, in addition to the fits.
        try (NativeThreads limit = NativeThreads.limit(nativeThreads)) {
            return new Minibatch(taken.size(), batcher.batch(taken));
        }
    }

    /** Waits for the minibatch that is being made, and drops it: no work continues after the end of a task. */
    @Override
    public void close() {
        if (next != null) {
            next.close();
            next = null;
        }
    }
}
