package org.sparkfinetune.inference.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Something that another thread makes before it is asked for, while the caller does other work.
 *
 * @param <R> what is made
 */
public final class Ahead<R> implements AutoCloseable {
    /** Of the JVM; a thread keeps what native libraries allocate for it, and ends after a minute without work. */
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "ahead");
        thread.setDaemon(true);
        return thread;
    });

    private final CompletableFuture<R> made;

    private Ahead(CompletableFuture<R> made) {
        this.made = made;
    }

    /** Begins at once, on a thread of its own, which has the device of the caller's task. */
    public static <R> Ahead<R> begin(Supplier<R> work) {
        TaskDevice device = TaskDevice.here();
        return new Ahead<>(CompletableFuture.supplyAsync(device.lentTo(work), THREADS));
    }

    /**
     * Waits for it. A failure is thrown as it is.
     *
     * @throws InterruptedException when the task is killed meanwhile
     */
    public R result() throws InterruptedException {
        try {
            return made.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("what a supplier throws is unchecked", e);
        }
    }

    /** Waits until nothing is worked on any more; what came out is not needed. Native code cannot be interrupted. */
    @Override
    public void close() {
        made.exceptionally(failure -> null).join();
    }
}
