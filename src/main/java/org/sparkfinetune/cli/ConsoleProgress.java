package org.sparkfinetune.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.sparkfinetune.report.Progress;

/**
 * Progress as plain lines: one when a phase starts, one when it ends, and one every few seconds between, with the rate
 * and the time left. They read the same in a terminal, a log file and a scheduler's web page.
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
    public Phase start(String name, long total, String unit) {
        Lines phase = new Lines(new PhaseCount(name, total, unit, clock.instant()));
        out.println(phase.count.title());
        return phase;
    }

    @Override
    public void tell(String text) {
        out.println(text);
    }

    private final class Lines implements Phase {
        private final PhaseCount count;
        private Instant lastLineAt = clock.instant();

        Lines(PhaseCount count) {
            this.count = count;
        }

        @Override
        public void done(long units) {
            done(units, count.name());
        }

        @Override
        public synchronized void done(long units, String doing) {
            count.done(units);
            Instant now = clock.instant();
            if (count.isInProgress() && Duration.between(lastLineAt, now).compareTo(BETWEEN_LINES) >= 0) {
                lastLineAt = now;
                out.println("  " + doing + ": " + count.counted(now) + count.left(now));
            }
        }

        @Override
        public synchronized void note(String text) {
            Instant now = clock.instant();
            lastLineAt = now;
            out.println("  " + text + count.left(now));
        }

        @Override
        public synchronized void close() {
            out.println("  " + count.took(clock.instant()));
        }
    }
}
