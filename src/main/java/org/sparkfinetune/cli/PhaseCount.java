package org.sparkfinetune.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** The state of a phase in words. Not thread-safe. */
final class PhaseCount {
    private final String name;
    private final long total;
    private final String unit;
    private final Instant startedAt;
    private long done;

    /** @param total 0 when unknown */
    PhaseCount(String name, long total, String unit, Instant startedAt) {
        this.name = name;
        this.total = total;
        this.unit = unit;
        this.startedAt = startedAt;
    }

    void done(long count) {
        done = Math.max(done, count);
    }

    String name() {
        return name;
    }

    /** Whether some units are done and some are left. */
    boolean isInProgress() {
        return done > 0 && done < total;
    }

    /** Fraction done, 0 to 1; 0 when the total is unknown. */
    double fraction() {
        return total > 0 ? Math.min(1, (double) done / total) : 0;
    }

    /** {@code "40 of 100 pictures (40 %), 10.0 per second"}. */
    String counted(Instant now) {
        String amount = total > 0
                ? String.format(Locale.ROOT, "%d of %d %s (%d %%)", done, total, unit, (long) (100 * fraction()))
                : done + " " + unit;
        double seconds = seconds(now);
        return done > 0 && seconds > 0
                ? amount + String.format(Locale.ROOT, ", %.1f per second", done / seconds)
                : amount;
    }

    /** {@code ", 6 s left"}; empty when unknown, or when nothing is left. */
    String left(Instant now) {
        return isInProgress() ? ", " + words(Math.round(seconds(now) * (total - done) / done)) + " left" : "";
    }

    /** {@code "read pictures: 100 pictures"}. */
    String title() {
        return name + (total > 0 ? ": " + total + " " + unit : "");
    }

    /** {@code "read pictures took 10.0 s, 100 pictures, 10.0 per second"}. */
    String took(Instant now) {
        double seconds = seconds(now);
        String rate = done > 0 && seconds > 0
                ? String.format(Locale.ROOT, ", %d %s, %.1f per second", done, unit, done / seconds)
                : "";
        return String.format(Locale.ROOT, "%s took %.1f s%s", name, seconds, rate);
    }

    private static String words(long seconds) {
        return seconds < 120 ? seconds + " s" : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    private double seconds(Instant now) {
        return Duration.between(startedAt, now).toMillis() / 1000.0;
    }
}
