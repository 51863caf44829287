package org.sparkfinetune.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.TrainingState;

class CheckpointsTest {
    @TempDir
    private Path folder;

    @Test
    void theNewestComesBackAsItWasWritten() {
        Checkpoints checkpoints = open("run-a", 2);
        checkpoints.write(checkpoint(1, 1));
        checkpoints.write(checkpoint(2, 1));
        Checkpoints.Resume resume = open("run-a", 2).newest();
        assertThat(resume.checkpoint()).contains(checkpoint(2, 1));
        assertThat(resume.warnings()).isEmpty();
        assertThat(checkpoints.of(1)).isEqualTo(checkpoint(1, 1));
    }

    @Test
    void anEmptyOrMissingFolderHasNothingToResumeFrom() {
        assertThat(open("run-a", 2).newest().checkpoint()).isEmpty();
    }

    @Test
    void theLastOnesAndTheBestAreKeptAndNoTemporaryFileStays() throws IOException {
        Checkpoints checkpoints = open("run-a", 2);
        for (int epoch = 1; epoch <= 5; epoch++) {
            checkpoints.write(checkpoint(epoch, Math.min(epoch, 2)));
        }
        assertThat(names())
                .containsExactly("epoch-00002.checkpoint", "epoch-00004.checkpoint", "epoch-00005.checkpoint");
    }

    @Test
    void theBestEpochThatAnEarlierCheckpointNamesIsKeptWithIt() throws IOException {
        Checkpoints checkpoints = open("run-a", 2);
        checkpoints.write(checkpoint(1, 1));
        checkpoints.write(checkpoint(2, 1));
        // Opened again, as by a run that resumes.
        open("run-a", 2).write(checkpoint(3, 3));
        assertThat(names())
                .containsExactly("epoch-00001.checkpoint", "epoch-00002.checkpoint", "epoch-00003.checkpoint");
        open("run-a", 2).write(checkpoint(4, 3));
        assertThat(names()).containsExactly("epoch-00003.checkpoint", "epoch-00004.checkpoint");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 20, 40, 70, 100, 4000, 8150})
    void aFlippedByteIsFoundAndTheCheckpointBeforeIsUsed(int at) throws IOException {
        Checkpoints checkpoints = twoWritten();
        byte[] bytes = Files.readAllBytes(newest());
        bytes[at < bytes.length ? at : bytes.length - 1] ^= 0x10;
        damage(bytes);
        assertThat(checkpoints.newest().checkpoint()).contains(checkpoint(1, 1));
        assertThat(checkpoints.newest().warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning)
                        .startsWith("file:" + newest())
                        .contains(": this checkpoint is damaged (")
                        .endsWith("); the one before it is used"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 8, 30, 60, 100, 4000})
    void aTruncatedFileIsFoundAndTheCheckpointBeforeIsUsed(int length) throws IOException {
        Checkpoints checkpoints = twoWritten();
        damage(Arrays.copyOf(Files.readAllBytes(newest()), length));
        assertThat(checkpoints.newest().checkpoint()).contains(checkpoint(1, 1));
        assertThat(checkpoints.newest().warnings()).hasSize(1);
        assertThatThrownBy(() -> checkpoints.of(2)).isInstanceOf(BadDataException.class);
    }

    @Test
    void aByteTooManyIsFound() throws IOException {
        Checkpoints checkpoints = twoWritten();
        byte[] bytes = Files.readAllBytes(newest());
        damage(Arrays.copyOf(bytes, bytes.length + 1));
        assertThat(checkpoints.newest().warnings())
                .containsExactly("file:" + newest()
                        + ": this checkpoint is damaged (it has more bytes than its header says); the one"
                        + " before it is used");
    }

    @Test
    void aDamagedCheckpointIsOverwrittenWhenItsEpochIsDoneAgain() throws IOException {
        Checkpoints checkpoints = twoWritten();
        damage(new byte[10]);
        checkpoints.write(checkpoint(2, 2));
        assertThat(checkpoints.newest().checkpoint()).contains(checkpoint(2, 2));
        assertThat(checkpoints.newest().warnings()).isEmpty();
    }

    @Test
    void checkpointsOfAnotherRunAreRefused() {
        twoWritten();
        assertThatThrownBy(() -> open("run-b", 2).newest())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "file:" + newest() + ": this checkpoint is of another run: its fingerprint is run-a, this run's"
                                + " is run-b; give this run another output folder, or delete the old run");
    }

    @Test
    void aFolderThatCannotBeWrittenIsAnErrorWithItsName() throws IOException {
        Path file = Files.writeString(folder.resolve("taken"), "x");
        Checkpoints checkpoints =
                new Checkpoints(new Configuration(), new org.apache.hadoop.fs.Path(file.toUri()), "run-a", 2);
        assertThatThrownBy(() -> checkpoints.write(checkpoint(1, 1)))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("taken/epoch-00001.checkpoint: the checkpoint cannot be written: ");
    }

    private Checkpoints twoWritten() {
        Checkpoints checkpoints = open("run-a", 2);
        checkpoints.write(checkpoint(1, 1));
        checkpoints.write(checkpoint(2, 1));
        return checkpoints;
    }

    private Checkpoints open(String fingerprint, int keepLast) {
        return new Checkpoints(
                new Configuration(),
                new org.apache.hadoop.fs.Path(path("checkpoints").toUri()),
                fingerprint,
                keepLast);
    }

    private static Checkpoint checkpoint(int epoch, int bestEpoch) {
        TrainingState state = new TrainingState(
                FlatVector.of(Nd4j.linspace(DataType.FLOAT, epoch, 0.5, 1000)),
                FlatVector.of(Nd4j.linspace(DataType.FLOAT, 2, 0.25, 1001)),
                epoch * 7,
                epoch);
        return new Checkpoint("run-a", 42, state, 0.75, bestEpoch);
    }

    /** Damages the content in a way that Hadoop's own checksum file does not detect. */
    private void damage(byte[] bytes) throws IOException {
        Files.write(newest(), bytes);
        Files.deleteIfExists(path("checkpoints").resolve(".epoch-00002.checkpoint.crc"));
    }

    private Path newest() {
        return path("checkpoints").resolve("epoch-00002.checkpoint");
    }

    private Path path(String name) {
        return folder.resolve(name);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(path("checkpoints"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".crc"))
                    .sorted()
                    .toList();
        }
    }
}
