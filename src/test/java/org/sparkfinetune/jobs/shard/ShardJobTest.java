package org.sparkfinetune.jobs.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.DatasetDescription.Totals;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.TestPictures;

@Tag("spark")
class ShardJobTest extends ShardFixture {
    @Test
    void picturesBecomeADatasetOfTheDocumentedLayout() throws IOException {
        DatasetDescription description = run("");

        assertThat(names(output))
                .containsExactly(
                        "dataset.json",
                        "events.jsonl",
                        "files",
                        "rejected",
                        "report.html",
                        "report.json",
                        "split=test",
                        "split=train",
                        "split=validation");
        assertThat(description.labelNames()).containsExactly("cats", "dogs");
        assertThat(description.counts())
                .isEqualTo(Map.of(
                        "train", Map.of("cats", 8L, "dogs", 16L),
                        "validation", Map.of("cats", 1L, "dogs", 2L),
                        "test", Map.of("cats", 1L, "dogs", 2L)));
        assertThat(description.totals()).isEqualTo(new Totals(30, 30, 0, 0, 0));
        assertThat(LocalSpark.session().read().parquet(output + "/split=train").schema())
                .isEqualTo(DatasetSchema.PICTURES);
        assertThat(LocalSpark.session().read().parquet(output + "/rejected").schema())
                .isEqualTo(DatasetSchema.REJECTS);
        assertThat(read(output)).isEqualTo(description);
        Row cat = rows("train").stream()
                .filter(row -> row.getInt(4) == 0)
                .findFirst()
                .orElseThrow();
        byte[] original = Files.readAllBytes(Path.of(URI.create(cat.getString(0))));
        assertThat(cat.<byte[]>getAs("image")).isEqualTo(original);
        assertThat(cat.getString(5)).isEqualTo("cats");
    }

    @Test
    void classesAreMixedInTheOrderOfTheRows() {
        run("");
        List<Integer> labels = rows("train").stream().map(row -> row.getInt(4)).toList();
        List<Integer> sorted = labels.stream().sorted().toList();
        assertThat(labels).isNotEqualTo(sorted).hasSize(24);
        assertThat(labels.subList(0, 12)).contains(0, 1);
    }

    @Test
    void sameSeedGivesTheSameRowsInTheSameOrderWhateverTheFileSize() {
        run("");
        List<List<String>> once = List.of(paths("train"), paths("validation"), paths("test"));
        output = folder.resolve("again");
        run("targetShardBytes: 4096");
        assertThat(List.of(paths("train"), paths("validation"), paths("test"))).isEqualTo(once);
        assertThat(names(output.resolve("split=train"))).hasSizeGreaterThan(3);
    }

    @Test
    void sameSeedGivesTheSameRowsInTheSameOrderOnOneTwoAndFivePartitions() {
        run("");
        List<List<String>> once = List.of(paths("train"), paths("validation"), paths("test"));
        SparkConf settings = LocalSpark.session().sparkContext().conf();
        for (String partitions : List.of("1", "2", "5")) {
            output = folder.resolve("on " + partitions);
            SparkSession session = LocalSpark.session().newSession();
            session.conf().set("spark.sql.shuffle.partitions", partitions);
            settings.set("spark.default.parallelism", partitions);
            try {
                assertThat(LocalSpark.context().defaultParallelism()).hasToString(partitions);
                runIn(session, input, "targetShardBytes: 4096");
            } finally {
                settings.remove("spark.default.parallelism");
            }
            assertThat(List.of(paths("train"), paths("validation"), paths("test")))
                    .isEqualTo(once);
        }
    }

    @Test
    void anotherSeedGivesOtherSplits() {
        run("");
        List<String> first = paths("train");
        output = folder.resolve("other");
        run("seed: 7");
        assertThat(paths("train")).hasSameSizeAs(first).isNotEqualTo(first);
        assertThat(paths("train").stream().sorted().toList())
                .isNotEqualTo(first.stream().sorted().toList());
    }

    @Test
    void secondRunFindsTheWorkDone() throws IOException {
        DatasetDescription first = run("");
        FileTime time = Files.getLastModifiedTime(output.resolve("dataset.json"));
        assertThat(run("")).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(output.resolve("dataset.json"))).isEqualTo(time);
    }

    @Test
    void aDatasetOutlivesItsPictures() throws IOException {
        DatasetDescription first = run("");
        Files.move(input, folder.resolve("elsewhere"));
        assertThat(run("")).isEqualTo(first);
    }

    @Test
    void picturesThatChangedAreNotSilentlyIgnored() throws IOException {
        DatasetDescription first = run("");
        Files.delete(input.resolve("cats/0.jpg"));
        assertThatThrownBy(() -> run(""))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("file:" + output + ": was made of file:" + input
                        + " before its pictures changed: 1 are gone, 0 have changed, 0 are new;"
                        + " --set keepRemoved=true keeps what was made of those that are gone,"
                        + " --set overwrite=true makes it again, another output keeps both");
        assertThat(run("overwrite: true").contentFingerprint()).isNotEqualTo(first.contentFingerprint());
        assertThat(paths("train")).hasSize(23);
    }

    @Test
    void datasetOfAnotherRecipeIsKeptUnlessOverwriteIsSet() {
        run("");
        assertThatThrownBy(() -> run("seed: 7"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("file:" + output
                        + ": holds the result of another recipe, model or input (seed is 42 there, 7 here);"
                        + " choose another output, or --set overwrite=true to replace it");
        assertThat(read(output).seed()).isEqualTo(42);
        run("seed: 7\noverwrite: true");
        assertThat(read(output).seed()).isEqualTo(7);
        assertThat(paths("train")).hasSize(24);
    }

    @Test
    void leftoversOfAKilledRunAreReplaced() throws IOException {
        run("");
        List<String> undisturbed = paths("train");
        // Killed while publishing: some parts have their names, the description is not there, staging is.
        Files.delete(output.resolve("dataset.json"));
        Files.createDirectories(output.resolve("_staging/checked"));
        Files.writeString(output.resolve("_staging/owner"), "");
        Files.writeString(output.resolve("_staging/checked/part-0.parquet"), "half");
        Files.writeString(output.resolve("split=test/part-9.parquet"), "half");
        run("");
        assertThat(paths("train")).isEqualTo(undisturbed);
        assertThat(paths("test")).hasSize(3);
        assertThat(names(output)).doesNotContain("_staging");
    }

    @Test
    void strangeNamesAreOrdinaryNames() throws IOException {
        List<String> names = List.of("a b", "100%", "x%20y", "#1", "日本語", "é?", "a:b", "{c}*[d]");
        for (String label : List.of("crème brûlée %20 #2", "Ω + ~")) {
            for (String name : names) {
                put(
                        label + "/" + name + "/" + name + ".jpg",
                        TestPictures.noise("jpg", 8, 8, (label + name).hashCode()));
            }
            put(label + "/.hidden.jpg", new byte[3]);
            put(label + "/_cache/x.jpg", new byte[3]);
        }
        put(".git/x.jpg", new byte[3]);
        output = folder.resolve("out put %20 #é");
        DatasetDescription description = run("");
        assertThat(description.labelNames()).containsExactly("cats", "crème brûlée %20 #2", "dogs", "Ω + ~");
        assertThat(description.totals()).isEqualTo(new Totals(46, 46, 0, 0, 0));
        List<String> all = new ArrayList<>();
        Split.KEYS.forEach(split -> all.addAll(paths(split)));
        for (String name : names) {
            assertThat(all).contains("file:" + input + "/Ω + ~/" + name + "/" + name + ".jpg");
        }
    }

    @Test
    void largePicturesAreShrunkAndComeOutUpright() throws IOException {
        byte[] rotated = TestPictures.withOrientation(TestPictures.plain("jpg", 800, 600, Color.RED), 6);
        put("cats/big.jpg", rotated);
        put("cats/scan.png", TestPictures.plain("png", 600, 800, Color.RED));
        run("splits: {train: 1, validation: 0, test: 0}");
        assertThat(names(output))
                .containsExactly(
                        "dataset.json",
                        "events.jsonl",
                        "files",
                        "rejected",
                        "report.html",
                        "report.json",
                        "split=train");
        Row big = row("train", "cats/big.jpg");
        assertThat(big.getInt(2)).isEqualTo(256);
        assertThat(big.getInt(3)).isEqualTo(341);
        assertThat(big.<byte[]>getAs("image")).startsWith(0xFF, 0xD8).hasSizeLessThan(rotated.length);
        assertThat(big.getString(6)).isEqualTo(Sha256.of(rotated));
        assertThat(row("train", "cats/scan.png").<byte[]>getAs("image")).startsWith(0x89, 'P', 'N', 'G');

        output = folder.resolve("as-is");
        run("splits: {train: 1, validation: 0, test: 0}\nresize: {shortSide: 0}");
        Row kept = row("train", "cats/big.jpg");
        assertThat(kept.<byte[]>getAs("image")).isEqualTo(rotated);
        assertThat(kept.getInt(2)).isEqualTo(600);
        assertThat(kept.getInt(3)).isEqualTo(800);
    }
}
