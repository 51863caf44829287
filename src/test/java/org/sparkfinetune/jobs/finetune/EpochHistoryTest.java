package org.sparkfinetune.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.RecordedProgress;
import org.sparkfinetune.testing.SmallRun;

/** A killed run whose {@code epochs.json} is not what the run wrote: the job gives advice, and the advice works. */
@Tag("spark")
class EpochHistoryTest {
    private static final SmallRun SHARED = SmallRun.shared();

    @Test
    void missing() throws IOException {
        Path killed = killed("history-missing");
        Files.delete(killed.resolve("checkpoints/epochs.json"));
        refusedUntilTheCheckpointsAreDeletedToo(killed, "is missing");
    }

    @Test
    void damagedOnTheDisk() throws IOException {
        Path killed = killed("history-checksum");
        Path history = killed.resolve("checkpoints/epochs.json");
        Files.writeString(history, Files.readString(history).replace("\"epoch\" : 1", "\"epoch\" : 7"));
        refusedUntilTheCheckpointsAreDeletedToo(killed, "is damaged");
    }

    @Test
    void writtenByAnotherProgram() throws IOException {
        for (String text : new String[] {"", "[ {", "null", "[ null, null ]", "{ }", "[ ]"}) {
            Path killed = killed("history-rewritten");
            rewrite(killed, text);
            refused(killed, "is damaged");
            FileUtil.fullyDelete(killed.toFile());
        }
    }

    @Test
    void anEpochIsMissing() throws IOException {
        Path killed = killed("history-short");
        String whole = Files.readString(killed.resolve("checkpoints/epochs.json"));
        rewrite(killed, "[ " + whole.substring(whole.lastIndexOf('{')));
        refusedUntilTheCheckpointsAreDeletedToo(killed, "is damaged");
    }

    @Test
    void aTrainingThatBeginsAnewDoesNotNeedIt() throws IOException {
        Path killed = killed("history-overwritten");
        rewrite(killed, "[ {");
        RunReport anew =
                SmallRun.job(SHARED.recipe(killed.toString(), 1, 0.01) + "overwrite: true\n", new RecordedProgress());
        assertThat(anew.training().resumedFromEpoch()).isNull();
        assertThat(anew.training().epochs()).hasSize(1);
    }

    private static Path killed(String name) throws IOException {
        Path killed = SHARED.folder().resolve(name);
        SmallRun.copy(SHARED.run().resolve("checkpoints"), killed.resolve("checkpoints"));
        Files.createDirectories(killed.resolve("_staging"));
        Files.writeString(killed.resolve("_staging/owner"), "");
        return killed;
    }

    /** With a checksum that is right. */
    private static void rewrite(Path killed, String text) throws IOException {
        FileSystem local = FileSystem.getLocal(LocalSpark.context().hadoopConfiguration());
        try (var out = local.create(
                new org.apache.hadoop.fs.Path(
                        killed.resolve("checkpoints/epochs.json").toUri()),
                true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void refusedUntilTheCheckpointsAreDeletedToo(Path killed, String reason) {
        refused(killed, reason);
        FileUtil.fullyDelete(killed.resolve("checkpoints").toFile());
        RunReport anew = SmallRun.job(SHARED.recipe(killed.toString(), 3, 0.001));
        assertThat(anew.training().resumedFromEpoch()).isNull();
        assertThat(anew.training().epochs()).extracting(RunReport.Epoch::epoch).containsExactly(1, 2, 3);
    }

    private static void refused(Path killed, String reason) {
        String checkpoints = "file:" + killed + "/checkpoints";
        assertThatThrownBy(() -> SmallRun.job(SHARED.recipe(killed.toString(), 3, 0.001)))
                .isInstanceOfSatisfying(
                        BadDataException.class,
                        refusal -> assertThat(refusal.exitCode().code()).isEqualTo(3))
                .hasMessage(checkpoints + "/epochs.json: " + reason
                        + "; the training cannot resume from the checkpoint of epoch 2 without it; delete "
                        + checkpoints + " and run the same command again: the training begins anew");
    }
}
