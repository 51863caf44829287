package org.sparkfinetune.train.tail;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.sparkfinetune.cluster.NativeThreads;
import org.sparkfinetune.inference.engine.Ahead;
import org.sparkfinetune.inference.engine.TaskDevice;
import org.sparkfinetune.train.Batcher;

/**
 * The minibatches of examples that arrive one after the other. While the caller works with one, the next, and no more than
 * that, is made by another thread: decoding pictures and running the frozen layers go on during the fit. Examples are pulled
 * by the caller's thread alone, because what comes out of a Spark shuffle belongs to the thread of its task.
 *
 * @param <T> an example
 */
public final class PreparedMinibatches<T> implements AutoCloseable {
    private final Iterator<T> examples;
    private final int batchSize;
    private final Batcher<T> batcher;
    private final int nativeThreads = NativeThreads.here();
    /** Null when there are no more. */
    private Ahead<Minibatch> next;

    /** Begins with the first one. */
    public PreparedMinibatches(Iterator<T> examples, int batchSize, Batcher<T> batcher) {
        this.examples = examples;
        this.batchSize = batchSize;
        this.batcher = batcher;
        this.next = begin();
    }

    /**
     * A minibatch and what it is made of.
     *
     * @param examples how many
     */
    public record Minibatch(int examples, MultiDataSet data) {}

    public boolean hasNext() {
        return next != null;
    }

    /**
     * Waits for the next minibatch and begins with the one after it.
     *
     * @throws InterruptedException when the task is killed meanwhile
     */
    public Minibatch next() throws InterruptedException {
        Minibatch ready = next.result();
        next = begin();
        return ready;
    }

    private Ahead<Minibatch> begin() {
        List<T> taken = new ArrayList<>();
        while (taken.size() < batchSize && examples.hasNext()) {
            taken.add(examples.next());
        }
        return taken.isEmpty() ? null : Ahead.begin(() -> minibatch(taken));
    }

    private Minibatch minibatch(List<T> taken) {
        // Arrays must be made on the device of the thread that fits them.
        TaskDevice.here().bind();
        // Frozen layers run by Deeplearning4j would take a thread for each core beside the fits of all tasks.
        try (NativeThreads limit = NativeThreads.limit(nativeThreads)) {
            return new Minibatch(taken.size(), batcher.batch(taken));
        }
    }

    /** Waits for what is being made, so that nothing of a task goes on after it; what came out is not needed any more. */
    @Override
    public void close() {
        if (next != null) {
            next.close();
            next = null;
        }
    }
}
