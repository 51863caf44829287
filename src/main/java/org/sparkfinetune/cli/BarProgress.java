package org.sparkfinetune.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.sparkfinetune.report.Progress;

/**
 * Progress as a bar in the last line of a terminal, with the rate and the time left. Messages go in lines above it. Log
 * lines do too: a logger calls {@link #makeRoom} first, and the bar is drawn again soon after.
 *
 * <p>Our own, because the bar itself is simple: me.tongfei:progressbar brings JLine with a native library, and log
 * lines of other code break its bar.
 */
final class BarProgress implements Progress {
    /** Returns to the beginning of the line and clears it. */
    private static final String CLEAR = "\r\u001b[K";
    /**
     * Lets the terminal, whose width is unknown here, cut off what does not fit; the excess overwrites the last column.
     */
    private static final String NO_WRAP = "\u001b[?7l";

    /** A blank for the last column. */
    private static final String WRAP = " \u001b[?7h";

    private static final int WIDTH = 20;
    private static final long REDRAW_MILLIS = 250;
    /** Maximum time that writing a log line takes. */
    private static final long ROOM_MILLIS = 200;

    private final PrintStream out;
    private final InstantSource clock;
    private final ScheduledExecutorService timer;
    private Bar shown;
    private Instant roomUntil = Instant.EPOCH;

    /** Returns a bar that is drawn on every progress and on the ticks of a timer. */
    @SuppressWarnings("FutureReturnValueIgnored") // the timer lives as long as the process
    static BarProgress ticking(PrintStream out, InstantSource clock) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress bar");
            thread.setDaemon(true);
            return thread;
        });
        BarProgress progress = new BarProgress(out, clock, timer);
        timer.scheduleWithFixedDelay(progress::draw, REDRAW_MILLIS, REDRAW_MILLIS, TimeUnit.MILLISECONDS);
        return progress;
    }

    /** Creates a bar that is drawn on every progress and by {@link #draw}. */
    BarProgress(PrintStream out, InstantSource clock) {
        this(out, clock, null);
    }

    private BarProgress(PrintStream out, InstantSource clock, ScheduledExecutorService timer) {
        this.out = out;
        this.clock = clock;
        this.timer = timer;
    }

    @Override
    public synchronized Phase start(String name, long total, String unit) {
        shown = new Bar(new PhaseCount(name, total, unit, clock.instant()));
        draw();
        return shown;
    }

    @Override
    public synchronized void tell(String text) {
        write(text);
    }

    /** Writes a line, above the bar if there is one. */
    private void write(String text) {
        out.print((shown == null ? "" : CLEAR) + text + System.lineSeparator());
        draw();
    }

    /** Removes the bar for a moment, because something else is written to the terminal. */
    synchronized void makeRoom() {
        if (shown != null) {
            out.print(CLEAR);
            out.flush();
            roomUntil = clock.instant().plusMillis(ROOM_MILLIS);
        }
    }

    /** Removes the bar permanently: the process ends. */
    synchronized void stop() {
        makeRoom();
        shown = null;
        if (timer != null) {
            timer.shutdownNow();
        }
    }

    /** Draws the bar as it is now. */
    synchronized void draw() {
        Instant now = clock.instant();
        if (shown != null && !now.isBefore(roomUntil)) {
            out.print(CLEAR + NO_WRAP + shown.line(now) + WRAP);
            out.flush();
        }
    }

    private final class Bar implements Phase {
        private final PhaseCount count;
        private String doing;

        Bar(PhaseCount count) {
            this.count = count;
            this.doing = count.name();
        }

        String line(Instant now) {
            int full = (int) (WIDTH * count.fraction());
            String bar = "=".repeat(full) + (full < WIDTH ? ">" : "") + " ".repeat(Math.max(0, WIDTH - full - 1));
            return "  [" + bar + "] " + count.counted(now) + count.left(now) + "  " + doing;
        }

        @Override
        public void done(long units) {
            synchronized (BarProgress.this) {
                count.done(units);
            }
        }

        @Override
        public void done(long units, String now) {
            synchronized (BarProgress.this) {
                count.done(units);
                doing = now;
                if (timer == null) {
                    draw();
                }
            }
        }

        @Override
        public void note(String text) {
            synchronized (BarProgress.this) {
                write("  " + text + count.left(clock.instant()));
            }
        }

        @Override
        public void close() {
            synchronized (BarProgress.this) {
                write("  " + count.took(clock.instant()));
                if (shown == this) {
                    makeRoom();
                    shown = null;
                    roomUntil = Instant.EPOCH;
                }
            }
        }
    }
}
