package org.sparkfinetune.ml;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.report.Progress;

/** Progress for programs that own the terminal: log lines at level INFO. */
enum LoggedProgress implements Progress {
    INSTANCE;

    private static final Logger LOG = LoggerFactory.getLogger("org.sparkfinetune.ml");

    @Override
    public Phase start(String name, long total, String unit) {
        LOG.info("{}{}", name, total > 0 ? ": " + total + " " + unit : "");
        long startNanos = System.nanoTime();
        return new Phase() {
            @Override
            public void done(long count) {
                // Spark's own progress shows it.
            }

            @Override
            public void note(String text) {
                LOG.info("  {}", text);
            }

            @Override
            public void close() {
                LOG.info(
                        "  {} took {} s",
                        name,
                        String.format(Locale.ROOT, "%.1f", (System.nanoTime() - startNanos) / 1e9));
            }
        };
    }

    @Override
    public void tell(String text) {
        LOG.info("{}", text);
    }
}
