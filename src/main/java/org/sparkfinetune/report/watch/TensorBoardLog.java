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
 * Curves of a training for TensorBoard: {@code epoch/...} by epoch, {@code round/loss} by examples trained, in a folder of the run's
 * name. A job that does not train writes nothing. The job goes on when nothing can be written, which is told once.
 */
public final class TensorBoardLog implements Progress.Listener, AutoCloseable {
    private final JobFacts job;
    private final Path logs;
    private final Configuration hadoop;
    private final InstantSource clock;
    private final Consumer<String> complaint;
    private AppendedFile file;
    private boolean broken;

    /**
     * @param logs folder that TensorBoard is started on
     * @param complaint told once when nothing can be written
     */
    public TensorBoardLog(
            JobFacts job, Path logs, Configuration hadoop, InstantSource clock, Consumer<String> complaint) {
        this.job = job;
        this.logs = logs;
        this.hadoop = hadoop;
        this.clock = clock;
        this.complaint = complaint;
    }

    @Override
    public synchronized void happened(JobEvent event) {
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
                told(file.write(EventFile.header(now())));
            }
            told(file.write(EventFile.scalars(now(), step, scalars)));
        } catch (IOException | RuntimeException e) {
            told(Optional.of(String.valueOf(e.getMessage())));
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

    private void told(Optional<String> failure) {
        if (failure.isPresent() && !broken) {
            broken = true;
            complaint.accept("no curves for TensorBoard in " + logs + ": " + failure.get() + "; the job goes on");
        }
    }

    @Override
    public synchronized void close() {
        if (file != null && !broken) {
            told(file.flush());
        }
    }
}
