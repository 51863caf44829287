package org.sparkfinetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.zoo.card.Cards;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.WeightsSource;

/** Weights that the user brings: by path, by address, by {@code models fetch --from}. */
class OwnWeightsTest {
    private static final ModelCard ANY = ModelZoo.card("resnet50");

    @TempDir
    Path folder;

    private final List<String> progress = new ArrayList<>();
    private Path file;
    private String sha256;

    @BeforeEach
    void writeAFile() throws IOException {
        file = Files.writeString(folder.resolve("mine.h5"), "the right weights");
        sha256 = Sha256.of(file);
    }

    @Test
    void aPathWithoutAChecksumIsTakenWithAWarning() {
        ModelCard card = Cards.withSources(ANY, Cards.unpinnedPath(file.toString(), WeightsSource.Format.KERAS_H5));
        CachedWeights fetched = cache().fetch(card, progress::add);
        assertThat(fetched.archive()).hasContent("the right weights");
        assertThat(fetched.sha256()).isEqualTo(sha256);
        assertThat(progress)
                .contains("WARNING: " + file + " is unpinned, so nothing proves that it is the file its author"
                        + " published; its SHA-256 is " + sha256 + "; put it into the card when you trust it");
        progress.clear();
        cache().fetch(card, progress::add);
        assertThat(progress).as("each time").hasSize(1).allMatch(line -> line.startsWith("WARNING: "));
    }

    @Test
    void aFileAddressIsAPath() {
        ModelCard card = Cards.withSources(ANY, Cards.url(file.toUri().toString(), sha256, 17));
        assertThat(cache().state(card)).isEqualTo(WeightsCache.State.FETCHABLE);
        assertThat(cache().fetch(card, progress::add).archive()).hasContent("the right weights");
        assertThat(cache().state(card)).isEqualTo(WeightsCache.State.CACHED);
        assertThat(progress).noneMatch(line -> line.startsWith("WARNING"));
    }

    @Test
    void aPathThatIsNotThereIsMissing() {
        Path nowhere = folder.resolve("nowhere.h5");
        ModelCard card = Cards.withSources(ANY, Cards.unpinnedPath(nowhere.toString(), WeightsSource.Format.KERAS_H5));
        assertThat(cache().state(card)).isEqualTo(WeightsCache.State.MISSING);
        assertThatThrownBy(() -> cache().fetch(card, progress::add))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(nowhere + ": there is no such file of weights\n");
    }

    @Test
    void otherFileSystemsAreOpenedByWhoeverKnowsThem() {
        ModelCard card = Cards.withSources(ANY, Cards.url("hdfs://name/models/mine.h5", sha256, 17));
        RemoteFiles hadoop = address -> {
            assertThat(address).hasToString("hdfs://name/models/mine.h5");
            return new ByteArrayInputStream("the right weights".getBytes(StandardCharsets.UTF_8));
        };
        assertThat(cache(hadoop).fetch(card, progress::add).archive()).hasContent("the right weights");
    }

    @Test
    void aFileSystemThatDoesNotAnswerIsTold() {
        ModelCard card = Cards.withSources(ANY, Cards.url("hdfs://name/models/mine.h5", sha256, 17));
        RemoteFiles hadoop = address -> {
            throw new FileNotFoundException("no such file");
        };
        assertThatThrownBy(() -> cache(hadoop).fetch(card, progress::add))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith("hdfs://name/models/mine.h5: cannot be opened: java.io.FileNotFoundException:");
    }

    @Test
    void aFileOfTheUserStandsForTheSourceThatItFits() throws IOException {
        WeightsSource npm = Cards.npm("weights@1.0.0", "0".repeat(64), 17);
        WeightsSource web = Cards.url("https://host/weights.h5", sha256, 17);
        CachedWeights adopted = cache().adopt(Cards.withSources(ANY, npm, web), file, progress::add);
        assertThat(adopted.source()).isEqualTo(web);
        assertThat(adopted.archive())
                .hasContent("the right weights")
                .hasFileName(sha256.substring(0, 8) + "-weights.h5");
        assertThat(file).as("it is copied").exists();
    }

    @Test
    void aFileThatFitsNoSourceIsRefusedAndLeavesNothing() throws IOException {
        WeightsSource npm = Cards.npm("weights@1.0.0", "0".repeat(64), 17);
        assertThatThrownBy(() -> cache().adopt(Cards.withSources(ANY, npm), file, progress::add))
                .isInstanceOf(BadDataException.class)
                .hasMessage(
                        "weights@1.0.0 from " + file + ": has the SHA-256 " + sha256 + ", expected " + "0".repeat(64));
        try (var files = Files.list(folder.resolve("home/weights"))) {
            assertThat(files.map(left -> left.getFileName().toString())).containsExactly(".weights-1.0.0.tgz.lock");
        }
    }

    @Test
    void thePublishersChecksumIsComparedToo() {
        WeightsSource source = new WeightsSource(
                "", "", "", file.toString(), WeightsSource.Format.DL4J_ZIP, "", "", "", 0, "adler32:1", true);
        assertThatThrownBy(() -> cache().fetch(Cards.withSources(ANY, source), progress::add))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(file + " from this machine: has the checksum adler32:");
        WeightsSource md5 = new WeightsSource(
                "",
                "",
                "",
                file.toString(),
                WeightsSource.Format.DL4J_ZIP,
                "",
                "",
                "",
                17,
                "md5:" + "0".repeat(32),
                true);
        assertThatThrownBy(() -> cache().fetch(Cards.withSources(ANY, md5), progress::add))
                .hasMessageStartingWith(file + " from this machine: has the checksum md5:");
    }

    private WeightsCache cache() {
        return WeightsCache.of(environment());
    }

    private WeightsCache cache(RemoteFiles files) {
        return WeightsCache.of(environment(), files);
    }

    private Map<String, String> environment() {
        return Map.of("SPARK_FINETUNE_HOME", folder.resolve("home").toString());
    }
}
