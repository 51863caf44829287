package org.sparkfinetune.zoo.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.zoo.network.Head;
import org.sparkfinetune.zoo.network.HeadSpec;
import org.sparkfinetune.zoo.network.SmallNetworks;

class Dl4jZipTest {
    private static final String CONFIGURATION = "configuration.json";
    private static final String COEFFICIENTS = "coefficients.bin";

    @TempDir
    Path folder;

    private final ComputationGraph network = SmallNetworks.residual(1);
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private Path file;

    @BeforeEach
    void saveTheNetwork() throws IOException {
        file = folder.resolve("model.zip");
        ModelSerializer.writeModel(network, file.toFile(), true);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
    }

    @Test
    void readsWhatDeeplearning4jWrote() {
        ComputationGraph read = read();
        assertThat(read.params()).isEqualTo(network.params());
        assertThat(read.getConfiguration().getVertices().keySet())
                .isEqualTo(network.getConfiguration().getVertices().keySet());
        assertThat(read.outputSingle(SmallNetworks.pictures(2, 3)))
                .isEqualTo(network.outputSingle(SmallNetworks.pictures(2, 3)));
    }

    @Test
    void entriesThatNeedJavaDeserialisationAreNotOpened() throws IOException {
        entries.put("normalizer.bin", new byte[] {1, 2, 3});
        entries.put("preprocessor.bin", new byte[] {4, 5, 6});
        entries.put("updaterState.bin", new byte[] {7});
        write();
        assertThat(read().params()).isEqualTo(network.params());
    }

    @Test
    void aNameThatClimbsOutOfTheArchiveIsRefused() throws IOException {
        entries.put("../../.bashrc", text("echo hello"));
        write();
        assertRefused("!../../.bashrc: an archive of weights must not have absolute names or \"..\" in it;"
                + " do not use this file");
    }

    @Test
    void tenGigabytesOfZerosAreRefusedUnread() throws IOException {
        HostileZips.bomb(file, entries.get(CONFIGURATION));
        assertThat(Files.size(file)).isBetween(10_000_000L, 12_000_000L);
        long limit = (32L << 20) + 48 * network.numParams();
        assertRefused("!coefficients.bin: the entry has 10737418240 bytes, more than the " + limit + " that a model of "
                + network.numParams() + " parameters can need");
    }

    @Test
    void zerosThatAnEntryHidesAreReadNoFurtherThanItsParameters() throws IOException {
        HostileZips.bombThatLies(file, entries.get(CONFIGURATION), entries.get(COEFFICIENTS));
        assertRefused("!coefficients.bin: goes on after its " + network.numParams() + " parameters");
    }

    @Test
    void anEntryThatHidesItsSizeIsReadNoFurtherThanItsParameters() throws IOException {
        byte[] coefficients = entries.get(COEFFICIENTS);
        entries.put(COEFFICIENTS, Arrays.copyOf(coefficients, coefficients.length + 1));
        write();
        assertRefused("!coefficients.bin: goes on after its " + network.numParams() + " parameters");
    }

    @Test
    void aZipThatIsCutShortIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 100));
        assertThatThrownBy(this::read)
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(file + ": cannot be read to its end as a Deeplearning4j zip: ");
    }

    @Test
    void parametersThatEndEarlyAreRefused() throws IOException {
        byte[] coefficients = entries.get(COEFFICIENTS);
        entries.put(COEFFICIENTS, Arrays.copyOf(coefficients, coefficients.length - 4));
        write();
        assertRefused("!coefficients.bin: is truncated");
    }

    @Test
    void anotherNumberOfParametersThanTheCardsIsRefused() {
        assertThatThrownBy(() -> Dl4jZip.read(file, 7))
                .isInstanceOf(BadDataException.class)
                .hasMessage(file + "!coefficients.bin: has " + network.numParams() + " parameters, the card says 7");
    }

    @Test
    void aMissingEntryIsNamed() throws IOException {
        entries.remove(COEFFICIENTS);
        write();
        assertRefused("!coefficients.bin: is not in the archive");
    }

    @Test
    void classesThatAreNotDeeplearning4jsAreRefused() throws IOException {
        String json = new String(entries.get(CONFIGURATION), StandardCharsets.UTF_8);
        entries.put(
                CONFIGURATION,
                text(json.replaceFirst("org.deeplearning4j.nn.conf.graph.ElementWiseVertex", "com.example.Evil")));
        write();
        assertRefused("!configuration.json: names the class com.example.Evil, which is none of Deeplearning4j's"
                + " networks; do not use this file");
    }

    @Test
    void aLayerOfAnotherShapeIsNamedAndNothingIsLoaded() {
        ComputationGraph other = Head.replace(SmallNetworks.residual(2), "output", HeadSpec.plain(7), 3);
        var before = network.params().dup();
        assertThatThrownBy(() -> new Dl4jParameters("file", other, name -> name).copyInto(network))
                .isInstanceOf(BadDataException.class)
                .hasMessage("file: the array output/W has shape [6, 7], expected [6, 5]\n"
                        + "file: the array output/b has shape [7], expected [5]");
        assertThat(network.params()).isEqualTo(before);
    }

    private ComputationGraph read() {
        return Dl4jZip.read(file, network.numParams());
    }

    private void assertRefused(String message) {
        assertThatThrownBy(this::read).isInstanceOf(BadDataException.class).hasMessage(file + message);
    }

    private void write() throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                put(zip, entry.getKey(), entry.getValue());
            }
        }
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
