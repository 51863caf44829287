package org.sparkfinetune.report.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.config.Json;
import org.sparkfinetune.report.JobEvent;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.report.RunReport;

/**
 * Writes {@code events.jsonl} in the folder of a run: what the job did, one JSON object per line, each with
 * {@code time} and {@code event}. A job that runs again appends; one whose result already exists writes nothing. Events
 * before the job begins are kept until then. When the log cannot be written, one warning is given and the job
 * continues. docs/watching.md lists the events.
 */
public final class EventLog implements Progress.Listener, AutoCloseable {
    /** Name of the file in the output folder. */
    public static final String FILE = "events.jsonl";

    private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(5);
    private static final Duration BETWEEN_COUNTS = Duration.ofSeconds(10);
    private static final int MOST_EARLY_LINES = 1000;

    private final JobFacts job;
    private final Configuration hadoop;
    private final InstantSource clock;
    private final Consumer<String> warning;
    private final List<String> early = new ArrayList<>();
    private AppendedFile file;
    private boolean complained;
    private Instant lastRound = Instant.EPOCH;

    /** @param warning called once when the log cannot be written */
    public EventLog(JobFacts job, Configuration hadoop, InstantSource clock, Consumer<String> warning) {
        this.job = job;
        this.hadoop = hadoop;
        this.clock = clock;
        this.warning = warning;
    }

    @Override
    public Phase start(String name, long total, String unit) {
        write(event("stageStarted").put("stage", name).put("total", total).put("unit", unit));
        return new Counted(name, total, unit);
    }

    @Override
    public void tell(String text) {
        write(event("message").put("text", text));
    }

    @Override
    public void warn(String text) {
        write(event("warning").put("text", text));
    }

    @Override
    public synchronized void onEvent(JobEvent event) {
        if (event instanceof JobEvent.Began began) {
            begin(new Path(began.folder(), FILE));
        } else if (event instanceof JobEvent.Round round) {
            round(round);
        } else if (event instanceof JobEvent.Epoch epoch) {
            write(event("epoch")
                    .put("epochs", epoch.epochs())
                    .put("examplesTrained", epoch.examplesTrained())
                    .setAll((ObjectNode) Json.tree(epoch.figures())));
        } else if (event instanceof JobEvent.Rejected refused) {
            write(event("rejected")
                    .put("pictures", refused.pictures())
                    .put("rejected", refused.rejected())
                    .set("perReason", Json.tree(refused.perReason())));
        } else if (event instanceof JobEvent.Done done) {
            done(done.report());
        } else if (event instanceof JobEvent.Failed failed) {
            write(event("jobFailed").put("exitCode", failed.exitCode()).put("reason", failed.reason()));
        }
    }

    private void begin(Path place) {
        try {
            file = file == null ? AppendedFile.of(place, hadoop, clock) : file;
        } catch (IOException | RuntimeException e) {
            complain(String.valueOf(e.getMessage()));
            return;
        }
        endBrokenLine(place);
        ObjectNode start = event("jobStarted")
                .put("kind", job.kind())
                .put("output", place.getParent().toString())
                .put("application", job.application());
        job.tags().forEach(start::put);
        start.set("recipe", job.recipe());
        append(start + "\n");
        early.forEach(line -> append(line + "\n"));
        early.clear();
    }

    /** Ends the incomplete line that a killed job left. */
    private void endBrokenLine(Path place) {
        try {
            if (AppendedFile.endsWithinALine(place, hadoop)) {
                append("\n");
            }
        } catch (IOException | RuntimeException e) {
            complain(String.valueOf(e.getMessage()));
        }
    }

    private void round(JobEvent.Round round) {
        Instant now = clock.instant();
        if (Duration.between(lastRound, now).compareTo(BETWEEN_ROUNDS) >= 0) {
            lastRound = now;
            write(event("round").setAll((ObjectNode) Json.tree(round)));
        }
    }

    private void done(RunReport report) {
        write(event("jobDone").put("seconds", report.durationSeconds()).set("outputs", Json.tree(report.outputs())));
    }

    private ObjectNode event(String name) {
        return Json.object()
                .put("time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString())
                .put("event", name);
    }

    private synchronized void write(JsonNode event) {
        String line = Json.line(event);
        if (file != null) {
            append(line + "\n");
        } else if (early.size() < MOST_EARLY_LINES) {
            early.add(line);
        }
    }

    private void append(String text) {
        warnOnce(file.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void warnOnce(Optional<String> failure) {
        failure.ifPresent(this::complain);
    }

    private void complain(String reason) {
        if (!complained) {
            complained = true;
            warning.accept(FILE + " cannot be written: " + reason + "; the job continues");
        }
    }

    @Override
    public synchronized void close() {
        if (file != null) {
            warnOnce(file.flush());
        }
    }

    private final class Counted implements Phase {
        private final String name;
        private final long total;
        private final String unit;
        private final Instant startedAt = clock.instant();
        private Instant lastCount = startedAt;
        private long done;

        Counted(String name, long total, String unit) {
            this.name = name;
            this.total = total;
            this.unit = unit;
        }

        @Override
        public synchronized void done(long count) {
            done = Math.max(done, count);
            Instant now = clock.instant();
            if (Duration.between(lastCount, now).compareTo(BETWEEN_COUNTS) >= 0) {
                lastCount = now;
                write(counted("stageProgress"));
            }
        }

        @Override
        public void note(String text) {}

        @Override
        public synchronized void close() {
            double seconds = Duration.between(startedAt, clock.instant()).toMillis() / 1000.0;
            write(counted("stageEnded").put("seconds", seconds));
        }

        private ObjectNode counted(String event) {
            return event(event)
                    .put("stage", name)
                    .put("done", done)
                    .put("total", total)
                    .put("unit", unit);
        }
    }
}
