package org.sparkfinetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.jobs.Jobs;

class ExplainCommandTest {
    @BeforeAll
    static void logOnce() {
        NativeEngine.enable();
    }

    @Test
    void oneKey() {
        Ended ended = Ended.withoutSpark("explain", "finetune", "training.earlyStopping.patience");
        assertThat(ended.out()).isEqualTo("""
                        training.earlyStopping.patience
                            Epochs without a lower validation loss after which the training ends; 0 for never
                            whole number 0 to 100000; default 0
                        """);
        assertThat(ended.code()).isZero();
    }

    @Test
    void aGroupOfKeysIsExplainedWhole() {
        assertThat(Ended.withoutSpark("explain", "finetune", "training.stages").out())
                .startsWith("training.stages\n")
                .contains(
                        "\ntraining.stages[].freezeUpTo\n",
                        "\ntraining.stages[].epochs\n    Passes over the training split\n    whole number 1 to"
                                + " 100000; required\n")
                .doesNotContain("training.epochs");
    }

    @Test
    void aDefaultThatDependsSaysSo() {
        assertThat(Ended.withoutSpark("explain", "similar", "duplicates").out())
                .endsWith("    number 0 to 1; default depends\n");
    }

    @Test
    void withoutAKindTheKindsAreListed() {
        assertThat(Ended.withoutSpark("explain").out().lines().map(line -> line.replaceAll(" .*", "")))
                .containsAll(Jobs.kinds().keySet())
                .endsWith("model-card");
    }

    @Test
    void anUnknownKindOrKeyIsRefused() {
        Ended kind = Ended.withoutSpark("explain", "finetun");
        assertThat(kind.err())
                .isEqualTo("error: explain: \"finetun\" is not a kind of job; allowed are [shard, finetune, lr-find,"
                        + " evaluate,"
                        + " extract, predict, similar, export, model-card]; did you mean \"finetune\"?\n");
        assertThat(kind.code()).isEqualTo(2);
        Ended key = Ended.withoutSpark("explain", "finetune", "training.epoch");
        assertThat(key.err())
                .isEqualTo("error: explain finetune: \"training.epoch\" is not one of its keys; \"scripts/submit"
                        + " explain finetune\""
                        + " lists them; did you mean \"training.epochs\"?\n");
        assertThat(key.code()).isEqualTo(2);
    }
}
