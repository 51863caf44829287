package org.sparkfinetune.jobs;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.util.LongAccumulator;
import org.sparkfinetune.report.Progress;

/** A stage of progress whose count is a Spark accumulator, looked at twice a second while the driver waits for the job. */
final class CountedStage implements AutoCloseable {
    private final Progress.Stage stage;
    private final LongAccumulator count;
    private final ScheduledExecutorService clock;
    private final ScheduledFuture<?> ticks;

    CountedStage(Progress.Stage stage, LongAccumulator count) {
        this.stage = stage;
        this.count = count;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
        this.ticks = clock.scheduleWithFixedDelay(() -> stage.done(count.value()), 500, 500, TimeUnit.MILLISECONDS);
    }

    /** Shows the final count, which the clock may have missed. */
    void finish() {
        stage.done(count.value());
    }

    @Override
    public void close() {
        ticks.cancel(false);
        clock.shutdown();
        stage.close();
    }
}
