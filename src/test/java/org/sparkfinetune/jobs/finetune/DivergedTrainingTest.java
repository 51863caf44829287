package org.sparkfinetune.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.DivergedException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.jobs.shard.ShardFixture;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.SmallRun;

@Tag("spark")
class DivergedTrainingTest {
    private final Path output = SmallRun.shared().folder().resolve("diverged");

    @Test
    void itSaysWhereKeepsTheLastGoodCheckpointAndItsAdviceWorks() throws IOException {
        assertThatThrownBy(() -> SmallRun.job(recipe("1000000")))
                .isInstanceOfSatisfying(
                        DivergedException.class,
                        diverged -> assertThat(diverged.exitCode().code()).isEqualTo(4))
                .hasMessageMatching("epoch 2, round [1-6], worker [01]: training diverged: the loss became .*");
        assertThat(ShardFixture.names(output.resolve("checkpoints")))
                .containsExactly("epoch-00001.checkpoint", "epochs.json");

        assertThatThrownBy(() -> SmallRun.job(recipe("0.0001"))).isInstanceOf(InvalidRequestException.class);
        RunReport anew = SmallRun.job(recipe("0.0001") + "overwrite: true\n");
        assertThat(anew.training().epochs()).hasSize(2);
        assertThat(anew.training().resumedFromEpoch()).isNull();
    }

    /** Weight decay times learning rate is far above 1 in stage 2: parameters change sign and grow at every step. */
    private String recipe(String secondRate) {
        return SmallRun.shared()
                .recipe(output.toString(), 1, 0.001)
                .replace("l2: 0", "l2: 10")
                .replaceFirst("training:.*", """
                        training:
                          batchSizePerWorker: 1
                          updater: sgd
                          stages:
                            - {freezeUpTo: head, epochs: 1, learningRate: 0.001}
                            - {freezeUpTo: head, epochs: 1, learningRate: %s}
                        """.formatted(secondRate));
    }
}
