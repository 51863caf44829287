package org.sparkfinetune.zoo.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.global.hdf5;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.testing.MainProcess;
import org.sparkfinetune.testing.SharedFiles;
import org.sparkfinetune.zoo.card.Cards;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.WeightsSource;
import org.sparkfinetune.zoo.network.Networks;
import org.sparkfinetune.zoo.network.SmallNetworks;

/**
 * Weights that are damaged, forged or meant to do harm, by the command line as users type it: the exit code, a message
 * that names the thing, no stack trace, nothing left in the cache, and the user's file untouched.
 */
@Tag("process")
class HostileWeightsTest {
    private static final ModelCard SQUEEZENET = ModelZoo.card("squeezenet");
    private static final String ZIP = "resnet8-cifar10-zip";

    @TempDir
    Path folder;

    @Test
    void aZipThatClimbsOutOfItsFolder() throws IOException {
        Path zip = folder.resolve("evil.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("../../../escaped"));
            out.write("harm".getBytes(StandardCharsets.UTF_8));
        }
        assertRefused(
                fetch(ZIP, zip),
                "!../../../escaped: an archive of weights must not have absolute names or \"..\" in it; do not use this"
                        + " file");
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(Path::getFileName)).noneMatch(name -> name.endsWith("escaped"));
        }
    }

    @Test
    void aZipOfTenGigabytesOfZeros() throws IOException {
        Path zip = folder.resolve("bomb.zip");
        HostileZips.bomb(zip, "{}".getBytes(StandardCharsets.UTF_8));
        assertRefused(
                fetch(ZIP, zip),
                "!coefficients.bin: the entry has 10737418240 bytes, more than the 37330400 that a model of 78666"
                        + " parameters can need");
    }

    @Test
    void aZipThatIsCutShort() throws IOException {
        Path zip = folder.resolve("short.zip");
        ModelSerializer.writeModel(SmallNetworks.residual(1), zip.toFile(), false);
        byte[] whole = Files.readAllBytes(zip);
        Files.write(zip, Arrays.copyOf(whole, whole.length / 2));
        assertRefused(fetch(ZIP, zip), ": cannot be read to its end as a Deeplearning4j zip: zip END header not found");
    }

    @Test
    void anH5WithoutALayer() throws IOException {
        Map<String, NamedArray> arrays = squeezenet();
        assertThat(arrays.keySet().removeIf(name -> name.startsWith("fire4/squeeze1x1/")))
                .isTrue();
        Path h5 = KerasFiles.write(folder.resolve("mine.h5"), arrays);
        MainProcess ended = fetch("squeezenet", h5);
        assertRefused(
                ended,
                ": the array fire4/squeeze1x1/bias is missing",
                ": the array fire4/squeeze1x1/kernel is missing");
    }

    @Test
    void anH5WithAnArrayOfAnotherShape() throws IOException {
        Map<String, NamedArray> arrays = squeezenet();
        arrays.put("conv10/conv10/kernel:0", new NamedArray("k", new long[] {1, 1, 512, 10}, new float[5120]));
        Path h5 = KerasFiles.write(folder.resolve("mine.h5"), arrays);
        assertRefused(
                fetch("squeezenet", h5),
                ": the array conv10/kernel has shape [1, 1, 512, 10], expected [1, 1, 512, 1000]");
    }

    @Test
    void aWholeKerasModelWithoutALayersArrays() throws IOException {
        Path h5 = Files.copy(SharedFiles.require("models/resnet8-cifar10.h5"), folder.resolve("mine.h5"));
        try (H5File file = new H5File(h5.toString(), hdf5.H5F_ACC_RDWR())) {
            file.unlink("model_weights/conv2d_3");
            file._close();
        }
        Path card = card(Cards.withSources(
                ModelZoo.card("resnet8-cifar10"), Cards.pinnedPath(h5, WeightsSource.Format.KERAS_H5)));
        MainProcess ended = models("fetch", card.toString());
        assertThat(ended.errors().get(0)).contains("conv2d_3");
        assertRefusedByData(ended);
    }

    @Test
    void aWholeKerasModelWithAnArrayOfTerabytes() throws IOException {
        Path h5 = Files.copy(SharedFiles.require("models/resnet8-cifar10.h5"), folder.resolve("mine.h5"));
        KerasFiles.addUnwrittenArray(h5, "model_weights/huge", 1L << 20, 1L << 20);
        Path card = card(Cards.withSources(
                ModelZoo.card("resnet8-cifar10"), Cards.pinnedPath(h5, WeightsSource.Format.KERAS_H5)));
        assertRefused(
                models("fetch", card.toString()), ": has 1099511706442 numbers in its arrays, the card says 78666");
    }

    @Test
    void aCardWithTheSha256OfAnotherFile() throws IOException {
        Path h5 = KerasFiles.write(folder.resolve("mine.h5"), squeezenet());
        String real = Sha256.of(h5);
        String other = "0123456789abcdef".repeat(4);
        Path card = card(Cards.withSources(SQUEEZENET, Cards.url(h5.toUri().toString(), other, Files.size(h5))));
        MainProcess ended = models("fetch", card.toString());
        assertThat(ended.errors().get(0))
                .isEqualTo(h5.toUri() + " from this machine: has the SHA-256 " + real + ", expected " + other);
        assertRefusedByData(ended);
        assertThat(h5).exists();
    }

    @Test
    @Tag("spark")
    void aJobWithSuchACardEndsTheSameWay() throws IOException {
        Path h5 = KerasFiles.write(folder.resolve("mine.h5"), squeezenet());
        Path card = card(Cards.withSources(
                SQUEEZENET, Cards.url(h5.toUri().toString(), "0123456789abcdef".repeat(4), Files.size(h5))));
        Path recipe = Files.writeString(
                folder.resolve("recipe.yaml"),
                "kind: export\nmodel: \"" + card + "\"\noutput: \"" + folder.resolve("out") + "\"\n");
        MainProcess ended = MainProcess.run(environment(), "run", recipe.toString());
        assertThat(ended.errors().get(0)).startsWith(h5.toUri() + " from this machine: has the SHA-256 ");
        assertRefusedByData(ended);
        assertThat(folder.resolve("out/report.json")).doesNotExist();
    }

    @Test
    void aCardWhoseSha256IsNone() throws IOException {
        Path h5 = KerasFiles.write(folder.resolve("mine.h5"), squeezenet());
        Path good = card(Cards.withSources(SQUEEZENET, Cards.pinnedPath(h5, WeightsSource.Format.KERAS_H5)));
        Files.writeString(good, Files.readString(good).replace(Sha256.of(h5), "cafe"));
        MainProcess ended = models("fetch", good.toString());
        assertThat(ended.errors())
                .containsExactly(good + ":weights.sources[0]: sha256 must be 64 lower-case hexadecimal digits, found"
                        + " \"cafe\"");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.showsAStackTrace()).isFalse();
        assertThat(folder.resolve("home")).doesNotExist();
    }

    private static Map<String, NamedArray> squeezenet() {
        ComputationGraph network = Networks.build(SQUEEZENET, 1);
        Map<String, NamedArray> arrays = new LinkedHashMap<>();
        KerasFiles.arrays(network)
                .forEach((path, array) -> arrays.put(
                        path.replace("_sq1x1", "/squeeze1x1")
                                .replace("_exp1x1", "/expand1x1")
                                .replace("_exp3x3", "/expand3x3"),
                        array));
        return arrays;
    }

    private Path card(ModelCard card) throws IOException {
        return Files.writeString(folder.resolve("card.yaml"), YamlFile.write(card));
    }

    private Map<String, String> environment() {
        return Map.of("SPARK_FINETUNE_HOME", folder.resolve("home").toString());
    }

    private MainProcess fetch(String card, Path file) throws IOException {
        byte[] before = Files.readAllBytes(file);
        MainProcess ended = models("fetch", card, "--from", file.toString());
        assertThat(file).hasBinaryContent(before);
        return ended;
    }

    private MainProcess models(String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of("models"));
        line.addAll(List.of(arguments));
        return MainProcess.run(environment(), line.toArray(String[]::new));
    }

    /** Each problem is that of the file in the cache; the last one says what to do. */
    private void assertRefused(MainProcess ended, String... problems) throws IOException {
        List<String> errors = ended.errors();
        assertThat(errors).as(ended.err()).hasSize(problems.length + 1);
        for (int i = 0; i < problems.length; i++) {
            assertThat(errors.get(i))
                    .startsWith(folder.resolve("home/weights") + "/")
                    .endsWith(problems[i]);
        }
        assertThat(errors.get(problems.length)).contains("has left the cache");
        assertRefusedByData(ended);
    }

    private void assertRefusedByData(MainProcess ended) throws IOException {
        assertThat(ended.code()).as(ended.err()).isEqualTo(3);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.showsAStackTrace()).as(ended.err()).isFalse();
        try (Stream<Path> left = Files.walk(folder.resolve("home"))) {
            assertThat(left.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .allMatch(name -> name.endsWith(".lock"));
        }
        try (Stream<Path> left = Files.list(folder.resolve("home/weights"))) {
            assertThat(left).noneMatch(Files::isDirectory);
        }
    }
}
