package org.sparkfinetune.inference.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.sparkfinetune.check.Failures;

/**
 * A result that another thread computes in advance, while the caller does other work.
 *
 * @param <R> type of the result
 */
public final class Prefetch<R> implements AutoCloseable {
    /**
     * Threads of the JVM. A thread keeps what native libraries allocate for it, and ends after a minute without work.
     */
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "prefetch");
        thread.setDaemon(true);
        return thread;
    });

    private final CompletableFuture<R> made;

    private Prefetch(CompletableFuture<R> made) {
        this.made = made;
    }

    /** Begins at once, on another thread that uses the device of the caller's task. */
    public static <R> Prefetch<R> begin(Supplier<R> work) {
        TaskDevice device = TaskDevice.here();
        return new Prefetch<>(CompletableFuture.supplyAsync(device.onDevice(work), THREADS));
    }

    /**
     * Waits for the result. A failure is rethrown as it is.
     *
     * @throws InterruptedException when the task is killed meanwhile
     */
    public R result() throws InterruptedException {
        try {
            return made.get();
        } catch (ExecutionException e) {
            throw Failures.unwrap(e);
        }
    }

    /** Waits until the thread has finished and discards the result. Native code cannot be interrupted. */
    @Override
    public void close() {
        made.exceptionally(failure -> null).join();
    }
}
