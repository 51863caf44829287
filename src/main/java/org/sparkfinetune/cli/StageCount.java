package org.sparkfinetune.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** How far a stage is, in words. Not thread-safe. */
final class StageCount {
    private final String name;
    private final long total;
    private final String unit;
    private final Instant startedAt;
    private long done;

    /** @param total 0 when unknown */
    StageCount(String name, long total, String unit, Instant startedAt) {
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

    /** Whether something is done, and something is left. */
    boolean isOnItsWay() {
        return done > 0 && done < total;
    }

    /** Of 1; 0 when the total is unknown. */
    double fraction() {
        return total > 0 ? Math.min(1, (double) done / total) : 0;
    }

    /** {@code "40 of 100 images (40 %), 10.0 a second"}. */
    String counted(Instant now) {
        String amount = total > 0
                ? String.format(Locale.ROOT, "%d of %d %s (%d %%)", done, total, unit, (long) (100 * fraction()))
                : done + " " + unit;
        double seconds = seconds(now);
        return done > 0 && seconds > 0
                ? amount + String.format(Locale.ROOT, ", %.1f a second", done / seconds)
                : amount;
    }

    /** {@code ", 6 s left"}; nothing when it is unknown, or nothing is left. */
    String left(Instant now) {
        return isOnItsWay() ? ", " + words(Math.round(seconds(now) * (total - done) / done)) + " left" : "";
    }

    /** {@code "read pictures: 100 images"}. */
    String title() {
        return name + (total > 0 ? ": " + total + " " + unit : "");
    }

    /** {@code "read pictures took 10.0 s, 100 images, 10.0 a second"}. */
    String took(Instant now) {
        double seconds = seconds(now);
        String rate = done > 0 && seconds > 0
                ? String.format(Locale.ROOT, ", %d %s, %.1f a second", done, unit, done / seconds)
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
