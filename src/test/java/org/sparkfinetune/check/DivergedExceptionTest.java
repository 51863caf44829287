package org.sparkfinetune.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DivergedExceptionTest {
    @Test
    void itSaysWhereAndThatAnotherRateIsAnotherTraining() {
        DivergedException diverged = new DivergedException(3, 2, 1, Double.NaN);
        assertThat(diverged)
                .hasMessage("epoch 3, round 2, worker 1: training diverged: the loss became NaN; lower"
                        + " training.learningRate (try a tenth of it). This makes a different training: run the"
                        + " command with"
                        + " another output, or with --set overwrite=true, which starts over and removes the"
                        + " checkpoints of"
                        + " this one");
        assertThat(diverged.exitCode()).isEqualTo(ExitCode.DIVERGED);
    }
}
