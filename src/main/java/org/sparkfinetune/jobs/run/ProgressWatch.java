package org.sparkfinetune.jobs.run;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.util.LongAccumulator;
import org.sparkfinetune.report.Progress;

/** A stage whose progress is read from a counter while Spark works. */
public final class ProgressWatch implements AutoCloseable {
    private final Progress.Phase stage;
    private final LongAccumulator done;
    private final ScheduledExecutorService timer;

    /** @param done number of finished units, read by another thread twice per second */
    @SuppressWarnings("FutureReturnValueIgnored") // the timer is shut down by close()
    ProgressWatch(Progress.Phase stage, LongAccumulator done) {
        this.stage = stage;
        this.done = done;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(() -> stage.done(done.value()), 500, 500, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        stage.done(done.value()); // the timer may have missed the last units
        stage.close();
    }
}
