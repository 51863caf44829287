package org.sparkfinetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkfinetune.report.Progress;

class BarProgressTest {
    /** The output that draws over the last line of a terminal. */
    private static final String AGAIN = "\r\u001b[K\u001b[?7l";

    private static final String DRAWN = " \u001b[?7h";
    private static final String GONE = "\r\u001b[K";

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private Instant now = Instant.EPOCH;
    private final BarProgress progress =
            new BarProgress(new PrintStream(written, true, StandardCharsets.UTF_8), () -> now);

    @Test
    void aBarHasTheRateAndTheTimeLeftAndLeavesALineBehind() {
        Progress.Phase phase = progress.start("read pictures", 100, "images");
        assertThat(screen()).isEqualTo(AGAIN + "  [>                   ] 0 of 100 images (0 %)  read pictures" + DRAWN);
        now = now.plusSeconds(4);
        phase.done(40);
        progress.draw();
        assertThat(screen())
                .isEqualTo(AGAIN
                        + "  [========>           ] 40 of 100 images (40 %), 10.0 per second, 6 s left  read pictures"
                        + DRAWN);
        now = now.plusSeconds(6);
        phase.done(100);
        phase.close();
        assertThat(screen())
                .startsWith(GONE + "  read pictures took 10.0 s, 100 images, 10.0 per second\n")
                .endsWith(GONE);
        progress.draw();
        assertThat(screen()).isEmpty();
    }

    @Test
    void whatIsToldGoesAboveTheBar() {
        progress.tell("before any stage");
        assertThat(screen()).isEqualTo("before any stage\n");
        Progress.Phase phase = progress.start("train head", 400, "examples");
        now = now.plusSeconds(4);
        phase.done(100, "epoch 1 of 2, round 1 of 2, loss 0.5000");
        screen();
        phase.note("epoch 1 of 2: loss 0.4000");
        assertThat(screen())
                .isEqualTo(GONE + "  epoch 1 of 2: loss 0.4000, 12 s left\n" + AGAIN
                        + "  [=====>              ] 100 of 400 examples (25 %), 25.0 per second, 12 s left"
                        + "  epoch 1 of 2, round 1 of 2, loss 0.5000" + DRAWN);
    }

    @Test
    void aLineOfTheLogFindsTheLastLineFree() {
        Progress.Phase phase = progress.start("read pictures", 100, "images");
        screen();
        progress.makeRoom();
        assertThat(screen()).isEqualTo(GONE);
        progress.draw();
        assertThat(screen()).as("while the line is written").isEmpty();
        now = now.plusMillis(250);
        progress.draw();
        assertThat(screen()).startsWith(AGAIN + "  [>");
        phase.close();
        screen();
        progress.makeRoom();
        assertThat(screen()).as("there is no bar").isEmpty();
    }

    @Test
    void aStageOfUnknownSizeCounts() {
        Progress.Phase phase = progress.start("list pictures", 0, "images");
        now = now.plusSeconds(2);
        phase.done(7);
        screen();
        progress.draw();
        assertThat(screen())
                .isEqualTo(AGAIN + "  [>                   ] 7 images, 3.5 per second  list pictures" + DRAWN);
    }

    @Test
    void moreThanTheTotalIsAFullBar() {
        Progress.Phase phase = progress.start("train head", 10, "examples");
        now = now.plusSeconds(1);
        phase.done(12);
        progress.draw();
        assertThat(screen())
                .endsWith("  [====================] 12 of 10 examples (100 %), 12.0 per second  train head" + DRAWN);
    }

    @ParameterizedTest
    @CsvSource({
        "xterm-256color, '', true, true",
        "dumb, '', true, false",
        "'', '', true, false",
        "xterm, '', false, false",
        "xterm, plain, true, false",
        "xterm, Plain, true, false",
        "dumb, bar, false, true",
        "xterm, nonsense, true, true",
    })
    void aBarNeedsATerminalThatCanMoveBackUnlessOneIsAskedFor(String term, String wish, boolean terminal, boolean bar) {
        assertThat(Terminal.wantsBar(Map.of("TERM", term, Terminal.SETTING, wish), terminal))
                .isEqualTo(bar);
    }

    @ParameterizedTest
    @CsvSource({
        "/dev/pts/3, true",
        "/dev/tty1, true",
        "/dev/console, true",
        "/dev/null, false",
        "pipe:[123], false",
        "/home/dev/pts/log, false"
    })
    void aTerminalIsKnownByItsDevice(String device, boolean terminal) {
        assertThat(Terminal.isTerminal(device)).isEqualTo(terminal);
    }

    private String screen() {
        String text = written.toString(StandardCharsets.UTF_8);
        written.reset();
        return text;
    }
}
