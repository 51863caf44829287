package org.sparkfinetune.zoo.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;

class TfjsLayersModelTest {
    private static final String ENTRY = "package/m/model.json";
    private static final String MANIFEST = """
            {"weightsManifest": [
              {"paths": ["s1.bin", "s2.bin"], "weights": [
                {"name": "conv/kernel", "shape": [1, 2, 2], "dtype": "float32"},
                {"name": "conv/bias", "shape": [2], "dtype": "float32"}]},
              {"paths": ["s3.bin"], "weights": [{"name": "scale", "shape": [], "dtype": "float32"}]}]}
            """;

    @TempDir
    Path folder;

    private final Map<String, byte[]> entries = new LinkedHashMap<>(Map.of(
            ENTRY,
            Tgz.text(MANIFEST),
            "package/m/s1.bin",
            Arrays.copyOf(Tgz.floats(1, 2, 3), 10),
            "package/m/s2.bin",
            shardThatStartsInsideAFloat(),
            "package/m/s3.bin",
            Tgz.floats(7)));

    private static byte[] shardThatStartsInsideAFloat() {
        byte[] all = Tgz.floats(1, 2, 3, 4, 5, 6);
        return Arrays.copyOfRange(all, 10, all.length);
    }

    @Test
    void readsArraysThatSpanShardsAndGroups() throws IOException {
        Map<String, NamedArray> arrays = read();
        assertThat(arrays.keySet()).containsExactly("conv/kernel", "conv/bias", "scale");
        assertThat(arrays.get("conv/kernel").shape()).containsExactly(1, 2, 2);
        assertThat(arrays.get("conv/kernel").values()).containsExactly(1, 2, 3, 4);
        assertThat(arrays.get("conv/bias").values()).containsExactly(5, 6);
        assertThat(arrays.get("scale").values()).containsExactly(7);
    }

    @Test
    void aMissingShardIsNamed() {
        entries.remove("package/m/s2.bin");
        assertRefused("!package/m/s2.bin: is not in the archive");
    }

    @Test
    void aMissingManifestIsNamed() {
        entries.remove(ENTRY);
        assertRefused("!package/m/model.json: is not in the archive");
    }

    @Test
    void shardsThatEndTooEarlyNameTheArray() {
        entries.put("package/m/s2.bin", new byte[2]);
        assertRefused("!package/m/model.json: the shards end inside the array conv/kernel");
    }

    @Test
    void surplusBytesAreRefused() {
        entries.put("package/m/s3.bin", Tgz.floats(7, 8));
        assertRefused("!package/m/model.json: its shards have more bytes than its arrays need");
    }

    @Test
    void quantizedOrOtherNumbersAreRefused() {
        entries.put(ENTRY, Tgz.text(MANIFEST.replace("[2], \"dtype\": \"float32\"", "[2], \"dtype\": \"int32\"")));
        assertRefused(
                "!package/m/model.json: the array conv/bias is not plain float32, which is all that is supported: "
                        + "{\"name\":\"conv/bias\",\"shape\":[2],\"dtype\":\"int32\"}");
    }

    @Test
    void anImpossibleShapeTakesNoMemory() {
        entries.put(ENTRY, Tgz.text(MANIFEST.replace("[1, 2, 2]", "[2000000000, 2000000000]")));
        assertRefused("!package/m/model.json: the array conv/kernel has an impossible shape");
    }

    @Test
    void anArrayThatIsThereTwiceIsRefused() {
        entries.put(ENTRY, Tgz.text(MANIFEST.replace("\"scale\"", "\"conv/bias\"")));
        assertRefused("!package/m/model.json: has the array conv/bias twice");
    }

    @Test
    void anotherJsonFileIsRefused() {
        entries.put(ENTRY, Tgz.text("{}"));
        assertRefused("!package/m/model.json: has no weightsManifest, so it is not a TensorFlow.js layers model");
    }

    @Test
    void namesThatClimbOutOfTheArchiveAreRefused() {
        for (String name : new String[] {"package/../../etc/passwd", "/etc/passwd", "..\\windows"}) {
            entries.clear();
            entries.put(name, new byte[1]);
            assertThatThrownBy(this::read)
                    .isInstanceOf(BadDataException.class)
                    .hasMessageEndingWith(": an archive of weights must not have absolute names or \"..\" in it; do not"
                            + " use this file");
        }
    }

    @Test
    void sizesAreLimitedBeforeMemoryIsTaken() throws IOException {
        Path archive = Tgz.write(folder.resolve("a.tgz"), Map.of("x", new byte[11]));
        assertThatThrownBy(() -> new TgzEntries(10, 100).read(archive, name -> true))
                .isInstanceOf(BadDataException.class)
                .hasMessage(archive + "!x: the entry has 11 bytes, more than the 10 that are allowed");
        assertThatThrownBy(() -> new TgzEntries(100, 10).read(archive, name -> false))
                .isInstanceOf(BadDataException.class)
                .hasMessage(archive + ": the sum of its entries has 11 bytes, more than the 10 that are allowed");
    }

    @Test
    void aTruncatedArchiveIsRefused() throws IOException {
        Path archive = Tgz.write(folder.resolve("a.tgz"), entries);
        byte[] bytes = Files.readAllBytes(archive);
        Files.write(archive, Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> TfjsLayersModel.read(archive, ENTRY))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(archive + ": cannot be read to its end as a .tgz archive: ");
    }

    @Test
    void labelsComeInTheOrderOfTheirIndex() throws IOException {
        Path archive = Tgz.write(
                folder.resolve("a.tgz"), Map.of("labels.json", Tgz.text("{\"1\": \"goldfish\", \"0\": \"tench\"}")));
        assertThat(TfjsLayersModel.labels(archive, "labels.json")).containsExactly("tench", "goldfish");
    }

    @Test
    void aGapInTheLabelsIsRefused() throws IOException {
        Path archive = Tgz.write(
                folder.resolve("a.tgz"), Map.of("labels.json", Tgz.text("{\"0\": \"tench\", \"2\": \"shark\"}")));
        assertThatThrownBy(() -> TfjsLayersModel.labels(archive, "labels.json"))
                .isInstanceOf(BadDataException.class)
                .hasMessage(archive + "!labels.json: has no name for class 1 of 2");
    }

    private Map<String, NamedArray> read() throws IOException {
        return TfjsLayersModel.read(Tgz.write(folder.resolve("a.tgz"), entries), ENTRY);
    }

    private void assertRefused(String message) {
        assertThatThrownBy(this::read)
                .isInstanceOf(BadDataException.class)
                .hasMessage(folder.resolve("a.tgz") + message);
    }
}
