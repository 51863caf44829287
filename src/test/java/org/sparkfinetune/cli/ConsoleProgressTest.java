package org.sparkfinetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.report.Progress;

class ConsoleProgressTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private Instant now = Instant.EPOCH;
    private final ConsoleProgress progress =
            new ConsoleProgress(new PrintStream(written, true, StandardCharsets.UTF_8), () -> now);

    @Test
    void tellsTheRateAndTheTimeLeftEveryFewSeconds() {
        try (Progress.Stage stage = progress.start("read pictures", 100, "images")) {
            now = now.plusSeconds(1);
            stage.done(10);
            now = now.plusSeconds(3);
            stage.done(40);
            stage.note("something worth a line");
            now = now.plusSeconds(6);
            stage.done(100);
        }

        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        read pictures: 100 images
                          read pictures: 40 of 100 images (40 %), 10.0 a second, 6 s left
                          something worth a line
                          read pictures took 10.0 s, 100 images, 10.0 a second
                        """);
    }

    @Test
    void aStageOfUnknownSizeHasNoPercentage() {
        try (Progress.Stage stage = progress.start("list pictures", 0, "images")) {
            now = now.plusSeconds(5);
            stage.done(7);
        }

        assertThat(written.toString(StandardCharsets.UTF_8))
                .isEqualTo("list pictures\n  list pictures took 5.0 s, 7 images, 1.4 a second\n");
    }
}
