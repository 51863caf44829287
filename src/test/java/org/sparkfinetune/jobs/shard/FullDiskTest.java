package org.sparkfinetune.jobs.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.SmallRun;
import org.sparkfinetune.testing.TinyDisk;

@Tag("spark")
class FullDiskTest {
    private static final long PLENTY = 1L << 40;
    private static SmallRun shared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() {
        shared = SmallRun.shared();
        TinyDisk.mount(LocalSpark.context().hadoopConfiguration());
    }

    @Test
    void aDatasetThatDoesNotFitIsNoDatasetAndIsFinishedWhenThereIsRoom() {
        String recipe = """
                kind: shard
                input: "%s"
                output: "tiny:%s/%s"
                """;
        TinyDisk.room(PLENTY);
        SmallRun.job(recipe.formatted(shared.pictures(), folder, "first"));
        long needed = PLENTY - TinyDisk.left();
        for (int quarters = 0; quarters < 4; quarters++) {
            TinyDisk.room(needed * quarters / 4);
            refused(recipe.formatted(shared.pictures(), folder, "second"));
            assertThat(folder.resolve("second/dataset.json")).doesNotExist();
            assertThat(folder.resolve("second/report.json")).doesNotExist();
        }
        TinyDisk.room(PLENTY);
        RunReport report = SmallRun.job(recipe.formatted(shared.pictures(), folder, "second"));
        assertThat(report.data().examples()).isEqualTo(24);
    }

    @Test
    void aModelThatDoesNotFitIsWrittenFromTheCheckpointWhenThereIsRoom() {
        String recipe = shared.recipe("tiny:" + folder + "/run", 2, 0.001);
        TinyDisk.room(4 << 20);
        refused(recipe);
        assertThat(folder.resolve("run/report.json")).doesNotExist();
        assertThat(folder.resolve("run/model")).doesNotExist();
        TinyDisk.room(PLENTY);
        RunReport report = SmallRun.job(recipe);
        assertThat(report.training().resumedFromEpoch()).isEqualTo(2);
        assertThat(report.training().epochs()).hasSize(2);
        assertThat(ShardFixture.names(folder.resolve("run")))
                .containsExactly("checkpoints", "events.jsonl", "model", "recipe.yaml", "report.html", "report.json");
    }

    private static void refused(String recipe) {
        assertThatThrownBy(() -> SmallRun.job(recipe))
                .isInstanceOf(BadDataException.class)
                .hasMessageEndingWith(": cannot be read or written: No space left on device;"
                        + " free some space, then run the same command again");
    }
}
