package org.sparkfinetune.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import org.sparkfinetune.report.Progress;

/**
 * Progress as plain lines: one when a stage starts and ends, and one every few seconds between, with the rate and the time
 * left. Plain lines read the same in a terminal, a log file and a scheduler's web page.
 */
final class ConsoleProgress implements Progress {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(3);

    private final PrintStream out;
    private final InstantSource clock;

    ConsoleProgress(PrintStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public Stage start(String name, long total, String unit) {
        out.printf(Locale.ROOT, "%s%s%n", name, total > 0 ? ": " + total + " " + unit : "");
        return new Lines(name, total, unit, clock.instant());
    }

    @Override
    public void tell(String text) {
        out.println(text);
    }

    private final class Lines implements Stage {
        private final String name;
        private final long total;
        private final String unit;
        private final Instant startedAt;
        private Instant lastLineAt;
        private long done;

        Lines(String name, long total, String unit, Instant startedAt) {
            this.name = name;
            this.total = total;
            this.unit = unit;
            this.startedAt = startedAt;
            this.lastLineAt = startedAt;
        }

        @Override
        public void done(long count) {
            done(count, name);
        }

        @Override
        public synchronized void done(long count, String doing) {
            done = Math.max(done, count);
            Instant now = clock.instant();
            if (done > 0 && done < total && Duration.between(lastLineAt, now).compareTo(BETWEEN_LINES) >= 0) {
                lastLineAt = now;
                out.println("  " + line(doing, now) + left(now));
            }
        }

        private String line(String doing, Instant now) {
            return String.format(
                    Locale.ROOT,
                    "%s: %d of %d %s (%d %%), %.1f a second",
                    doing,
                    done,
                    total,
                    unit,
                    100 * done / total,
                    done / seconds(now));
        }

        /** Nothing when it is unknown, or nothing is left. */
        private String left(Instant now) {
            return done > 0 && done < total
                    ? ", " + words(Math.round(seconds(now) * (total - done) / done)) + " left"
                    : "";
        }

        @Override
        public synchronized void note(String text) {
            Instant now = clock.instant();
            lastLineAt = now;
            out.println("  " + text + left(now));
        }

        @Override
        public synchronized void close() {
            double seconds = seconds(clock.instant());
            String rate = done > 0 && seconds > 0
                    ? String.format(Locale.ROOT, ", %d %s, %.1f a second", done, unit, done / seconds)
                    : "";
            out.printf(Locale.ROOT, "  %s took %.1f s%s%n", name, seconds, rate);
        }

        private static String words(long seconds) {
            return seconds < 120 ? seconds + " s" : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
        }

        private double seconds(Instant now) {
            return Duration.between(startedAt, now).toMillis() / 1000.0;
        }
    }
}
