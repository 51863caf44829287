package org.sparkfinetune.jobs.run;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.util.LongAccumulator;
import org.sparkfinetune.report.Progress;

/** A stage whose progress is read off a counter while Spark works. */
public final class ProgressWatch implements AutoCloseable {
    private final Progress.Stage stage;
    private final LongAccumulator done;
    private final ScheduledExecutorService timer;

    /** @param done units finished, read from another thread about twice a second */
    @SuppressWarnings("FutureReturnValueIgnored") // the timer is shut down by close()
    ProgressWatch(Progress.Stage stage, LongAccumulator done) {
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
        stage.done(done.value()); // the timer may have missed the last ones
        stage.close();
    }
}
