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
                          something worth a line, 6 s left
                          read pictures took 10.0 s, 100 images, 10.0 a second
                        """);
    }

    @Test
    void aLongStepTellsWhatItIsDoingAndANoteSparesTheNextLine() {
        try (Progress.Stage stage = progress.start("train the tail", 400, "examples")) {
            now = now.plusSeconds(4);
            stage.done(100, "epoch 1 of 2, round 1 of 2, loss 0.5000");
            now = now.plusSeconds(4);
            stage.note("epoch 1 of 2: loss 0.4000");
            now = now.plusSeconds(2);
            stage.done(200, "epoch 2 of 2, round 1 of 2, loss 0.3000");
            now = now.plusSeconds(190);
            stage.done(210, "epoch 2 of 2, round 2 of 2, loss 0.2000");
            stage.done(400);
            stage.note("epoch 2 of 2: loss 0.1000");
        }

        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        train the tail: 400 examples
                          epoch 1 of 2, round 1 of 2, loss 0.5000: 100 of 400 examples (25 %), 25.0 a second, 12 s left
                          epoch 1 of 2: loss 0.4000, 24 s left
                          epoch 2 of 2, round 2 of 2, loss 0.2000: 210 of 400 examples (52 %), 1.1 a second, 3 min left
                          epoch 2 of 2: loss 0.1000
                          train the tail took 200.0 s, 400 examples, 2.0 a second
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
