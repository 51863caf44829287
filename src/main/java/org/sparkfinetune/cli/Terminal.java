package org.sparkfinetune.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.filter.AbstractFilter;
import org.sparkfinetune.report.Progress;

/** How progress is shown on standard error: a bar in a terminal, plain lines elsewhere. */
final class Terminal {
    /** {@code plain} requests plain lines in a terminal, {@code bar} a bar where no terminal was recognized. */
    static final String SETTING = "SPARK_FINETUNE_PROGRESS";

    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    /** Returns the progress display for this process. */
    static Progress progress() {
        if (!wantsBar(System.getenv(), isTerminal())) {
            return new ConsoleProgress(System.err, InstantSource.system());
        }
        BarProgress bar = BarProgress.ticking(System.err, InstantSource.system());
        makeRoomForLogLines(bar);
        Runtime.getRuntime().addShutdownHook(new Thread(bar::stop));
        return bar;
    }

    /** Whether a bar can be drawn, and the user did not ask for plain lines. */
    static boolean wantsBar(Map<String, String> environment, boolean terminal) {
        String wish = environment.getOrDefault(SETTING, "").strip().toLowerCase(Locale.ROOT);
        String kind = environment.getOrDefault("TERM", "");
        boolean able = terminal && !kind.isEmpty() && !kind.equals("dumb");
        return wish.equals("bar") || able && !wish.equals("plain");
    }

    /**
     * Whether standard error is a terminal. Java only knows whether both input and output are terminals, and a report
     * redirected to a file must not disable the bar.
     */
    private static boolean isTerminal() {
        try {
            return Files.isSymbolicLink(STANDARD_ERROR)
                    ? isTerminal(Files.readSymbolicLink(STANDARD_ERROR).toString())
                    : System.console() != null;
        } catch (IOException e) {
            return System.console() != null;
        }
    }

    static boolean isTerminal(String device) {
        return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
    }

    /** Moves the bar away for Spark's log, which writes to the terminal by itself. */
    private static void makeRoomForLogLines(BarProgress bar) {
        if (LogManager.getContext(false) instanceof LoggerContext context) {
            for (Appender appender : context.getConfiguration().getAppenders().values()) {
                if (appender instanceof ConsoleAppender console) {
                    console.addFilter(new MakingRoom(bar));
                }
            }
        }
    }

    /** Accepts every log line after moving the bar away. */
    private static final class MakingRoom extends AbstractFilter {
        private final BarProgress bar;

        MakingRoom(BarProgress bar) {
            this.bar = bar;
        }

        @Override
        public Result filter(LogEvent event) {
            bar.makeRoom();
            return Result.NEUTRAL;
        }
    }
}
