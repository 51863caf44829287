package org.sparkfinetune.zoo.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.zoo.network.SmallNetworks;

class NetworkFileTest {
    private static final String ADVICE = "; delete it and run the job again, which writes it again";

    @TempDir
    Path folder;

    private final ComputationGraph network = SmallNetworks.residual(1);

    @Test
    void givesBackTheSameNetwork() {
        Path file = folder.resolve("network.bin");
        NetworkFile.write(network, file);
        ComputationGraph read = NetworkFile.read(file);
        INDArray pictures = SmallNetworks.pictures(2, 1);
        assertThat(read.params()).isEqualTo(network.params());
        assertThat(read.outputSingle(pictures)).isEqualTo(network.outputSingle(pictures));
        assertThat(read.getConfiguration()).isEqualTo(network.getConfiguration());
    }

    @Test
    void theChecksumTellsContentsApartAndIsRepeatable() {
        String first = NetworkFile.write(network, folder.resolve("first"));
        assertThat(first).matches("[0-9a-f]{64}");
        assertThat(NetworkFile.write(network, folder.resolve("again"))).isEqualTo(first);
        network.params().putScalar(0, 42);
        assertThat(NetworkFile.write(network, folder.resolve("changed"))).isNotEqualTo(first);
    }

    @Test
    void leavesNoTemporaryFile() throws IOException {
        NetworkFile.write(network, folder.resolve("network.bin"));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("network.bin"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 100, -40, -1})
    void oneChangedBitIsSeen(int position) throws IOException {
        Path file = folder.resolve("network.bin");
        NetworkFile.write(network, file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[position < 0 ? bytes.length + position : position] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> NetworkFile.read(file))
                .isInstanceOf(BadDataException.class)
                .hasMessage(file + ": is damaged: its content does not match its checksum" + ADVICE);
    }

    @Test
    void aFileCutShortIsRefused() throws IOException {
        Path file = folder.resolve("network.bin");
        NetworkFile.write(network, file);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> NetworkFile.read(file))
                .isInstanceOf(BadDataException.class)
                .hasMessage(file + ": is damaged: it has " + (bytes.length - 1) + " bytes, its header asks for "
                        + bytes.length + ADVICE);
    }

    @Test
    void anotherKindOfFileIsRefused() throws IOException {
        Path file = Files.write(folder.resolve("network.bin"), new byte[100]);
        assertThatThrownBy(() -> NetworkFile.read(file))
                .isInstanceOf(BadDataException.class)
                .hasMessage(file + ": is damaged: it does not start as a network file" + ADVICE);
    }

    @Test
    void aMissingFileIsBadData() {
        Path file = folder.resolve("nothing");
        assertThatThrownBy(() -> NetworkFile.read(file))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(file + ": the network cannot be read: ");
    }

    @Test
    void aModelArchiveGivesBackTheSameNetwork() {
        Path file = folder.resolve("model.zip");
        String sha256 = ModelArchive.write(network, file);
        assertThat(sha256).matches("[0-9a-f]{64}");
        assertThat(ModelArchive.read(file, network.numParams()).params()).isEqualTo(network.params());
    }

    @Test
    void deeplearning4jOpensAModelArchive() throws IOException {
        Path file = folder.resolve("model.zip");
        ModelArchive.write(network, file);
        ComputationGraph opened = ModelSerializer.restoreComputationGraph(file.toFile(), false);
        assertThat(opened.getConfiguration().toJson())
                .isEqualTo(network.getConfiguration().toJson());
        assertThat(opened.params()).isEqualTo(network.params());
    }

    @Test
    void theSameNetworkIsTheSameModelArchive() {
        String sha256 = ModelArchive.write(network, folder.resolve("first.zip"));
        assertThat(ModelArchive.write(network.clone(), folder.resolve("again.zip")))
                .isEqualTo(sha256);
    }

    @Test
    void aDamagedOrMissingModelArchiveIsBadData() throws IOException {
        Path damaged = Files.write(folder.resolve("damaged.zip"), new byte[] {1, 2, 3});
        Path missing = folder.resolve("missing.zip");
        assertThatThrownBy(() -> ModelArchive.read(damaged, 1))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(damaged + ": cannot be read to its end as a Deeplearning4j zip: ");
        assertThatThrownBy(() -> ModelArchive.read(missing, 1))
                .isInstanceOf(BadDataException.class)
                .hasMessage(missing + ": there is no such model");
    }

    @Test
    void whatCannotBeWrittenIsBadDataAndLeavesNothing() throws IOException {
        Path file = folder.resolve("occupied");
        Files.createDirectories(file.resolve("inside"));
        assertThatThrownBy(() -> NetworkFile.write(network, file))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(file + ": cannot be written (is the disk full, is the folder writable?): ");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
