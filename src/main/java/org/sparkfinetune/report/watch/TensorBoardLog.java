package org.sparkfinetune.report.watch;

import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.report.JobEvent;
import org.sparkfinetune.report.Progress;

/**
 * Writes the curves of a training for TensorBoard: {@code epoch/...} by epoch, {@code round/loss} by examples trained,
 * in a folder named after the run. A job that does not train writes nothing. When nothing can be written, one warning
 * is given and the job continues.
 */
public final class TensorBoardLog implements Progress.Listener, AutoCloseable {
    private final JobFacts job;
    private final Path logs;
    private final Configuration hadoop;
    private final InstantSource clock;
    private final Consumer<String> warning;
    private AppendedFile file;
    private boolean broken;

    /**
     * @param logs log folder of TensorBoard
     * @param warning called once when nothing can be written
     */
    public TensorBoardLog(
            JobFacts job, Path logs, Configuration hadoop, InstantSource clock, Consumer<String> warning) {
        this.job = job;
        this.logs = logs;
        this.hadoop = hadoop;
        this.clock = clock;
        this.warning = warning;
    }

    @Override
    public synchronized void onEvent(JobEvent event) {
        if (event instanceof JobEvent.Round round) {
            write(round.examplesTrained(), Map.of("round/loss", round.loss()));
        } else if (event instanceof JobEvent.Epoch epoch) {
            Map<String, Double> scalars = new LinkedHashMap<>();
            EpochFigures.of(epoch.figures()).forEach((name, value) -> scalars.put("epoch/" + name, value));
            write(epoch.figures().epoch(), scalars);
        }
    }

    private void write(long step, Map<String, Double> scalars) {
        if (broken) {
            return;
        }
        try {
            if (file == null) {
                file = AppendedFile.of(place(), hadoop, clock);
                warnOnce(file.write(EventFile.header(now())));
            }
            warnOnce(file.write(EventFile.scalars(now(), step, scalars)));
        } catch (IOException | RuntimeException e) {
            warnOnce(Optional.of(String.valueOf(e.getMessage())));
        }
    }

    /** Two outputs of the same name, in different folders, are two runs. */
    private Path place() throws IOException {
        Path output = new Path(job.output());
        String whole = output.getFileSystem(hadoop).makeQualified(output).toString();
        String run = output.getName() + "-" + Sha256.of(whole).substring(0, 8);
        return new Path(
                new Path(logs, run),
                "events.out.tfevents." + clock.instant().getEpochSecond() + "." + job.application());
    }

    private double now() {
        return clock.millis() / 1000.0;
    }

    private void warnOnce(Optional<String> failure) {
        if (failure.isPresent() && !broken) {
            broken = true;
            warning.accept("no curves for TensorBoard in " + logs + ": " + failure.get() + "; the job continues");
        }
    }

    @Override
    public synchronized void close() {
        if (file != null && !broken) {
            warnOnce(file.flush());
        }
    }
}
