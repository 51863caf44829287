package org.sparkfinetune.train;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.cluster.NativeThreads;

/**
 * The minibatches of examples that arrive one after the other. While the caller works with one, the next, and no more than
 * that, is made by another thread: decoding pictures and running the frozen layers go on during the fit. Examples are pulled
 * by the caller's thread alone, because what comes out of a Spark shuffle belongs to the thread of its task.
 *
 * @param <T> an example
 */
final class PreparedMinibatches<T> implements AutoCloseable {
    /** Of the JVM; a thread keeps what ND4J allocates for it, and ends after a minute without work. */
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "minibatch");
        thread.setDaemon(true);
        return thread;
    });

    private final Iterator<T> examples;
    private final int batchSize;
    private final Batcher<T> batcher;
    private final int device = Nd4j.getAffinityManager().getDeviceForCurrentThread();
    private final int nativeThreads = NativeThreads.here();
    /** Null when there are no more. */
    private CompletableFuture<Minibatch> next;

    /** Begins with the first one. */
    PreparedMinibatches(Iterator<T> examples, int batchSize, Batcher<T> batcher) {
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
    record Minibatch(int examples, MultiDataSet data) {}

    boolean hasNext() {
        return next != null;
    }

    /**
     * Waits for the next minibatch and begins with the one after it.
     *
     * @throws InterruptedException when the task is killed meanwhile
     */
    Minibatch next() throws InterruptedException {
        Minibatch ready = result(next);
        next = begin();
        return ready;
    }

    private CompletableFuture<Minibatch> begin() {
        List<T> taken = new ArrayList<>();
        while (taken.size() < batchSize && examples.hasNext()) {
            taken.add(examples.next());
        }
        return taken.isEmpty() ? null : CompletableFuture.supplyAsync(() -> minibatch(taken), THREADS);
    }

    private Minibatch minibatch(List<T> taken) {
        // Arrays must be made on the device of the thread that fits them.
        Nd4j.getAffinityManager().unsafeSetDevice(device);
        // Frozen layers run by Deeplearning4j would take a thread for each core beside the fits of all tasks.
        try (NativeThreads limit = NativeThreads.limit(nativeThreads)) {
            return new Minibatch(taken.size(), batcher.batch(taken));
        }
    }

    private static Minibatch result(CompletableFuture<Minibatch> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("a minibatch cannot be made", e);
        }
    }

    /** Waits for what is being made, so that nothing of a task goes on after it; what came out is not needed any more. */
    @Override
    public void close() {
        if (next != null) {
            // Native code cannot be interrupted; it is over within a minibatch.
            next.exceptionally(failure -> null).join();
            next = null;
        }
    }
}
