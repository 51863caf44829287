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
        try (Progress.Phase phase = progress.start("read pictures", 100, "images")) {
            now = now.plusSeconds(1);
            phase.done(10);
            now = now.plusSeconds(3);
            phase.done(40);
            phase.note("something worth a line");
            now = now.plusSeconds(6);
            phase.done(100);
        }

        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        read pictures: 100 images
                          read pictures: 40 of 100 images (40 %), 10.0 per second, 6 s left
                          something worth a line, 6 s left
                          read pictures took 10.0 s, 100 images, 10.0 per second
                        """);
    }

    @Test
    void aLongStepTellsWhatItIsDoingAndANoteSparesTheNextLine() {
        try (Progress.Phase phase = progress.start("train the tail", 400, "examples")) {
            now = now.plusSeconds(4);
            phase.done(100, "epoch 1 of 2, round 1 of 2, loss 0.5000");
            now = now.plusSeconds(4);
            phase.note("epoch 1 of 2: loss 0.4000");
            now = now.plusSeconds(2);
            phase.done(200, "epoch 2 of 2, round 1 of 2, loss 0.3000");
            now = now.plusSeconds(190);
            phase.done(210, "epoch 2 of 2, round 2 of 2, loss 0.2000");
            phase.done(400);
            phase.note("epoch 2 of 2: loss 0.1000");
        }

        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        train the tail: 400 examples
                          epoch 1 of 2, round 1 of 2, loss 0.5000: 100 of 400 examples (25 %), \
                        25.0 per second, 12 s left
                          epoch 1 of 2: loss 0.4000, 24 s left
                          epoch 2 of 2, round 2 of 2, loss 0.2000: 210 of 400 examples (52 %), \
                        1.1 per second, 3 min left
                          epoch 2 of 2: loss 0.1000
                          train the tail took 200.0 s, 400 examples, 2.0 per second
                        """);
    }

    @Test
    void aStageOfUnknownSizeHasNoPercentage() {
        try (Progress.Phase phase = progress.start("list pictures", 0, "images")) {
            now = now.plusSeconds(5);
            phase.done(7);
        }

        assertThat(written.toString(StandardCharsets.UTF_8))
                .isEqualTo("list pictures\n  list pictures took 5.0 s, 7 images, 1.4 per second\n");
    }
}
