package org.sparkfinetune.jobs.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.DatasetDescription.Totals;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.DataQuality;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.TestPictures;

@Tag("spark")
class ShardJobBadInputTest extends ShardFixture {
    @Test
    void foreignFilesInTheOutputAreNeverTouched() throws IOException {
        Files.createDirectories(output.resolve("split=train"));
        Files.writeString(output.resolve("thesis.doc"), "years of work");
        assertThatThrownBy(() -> run("overwrite: true"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("file:" + output
                        + ": holds 2 files or folders that this job did not make (split=train, thesis.doc);"
                        + " nothing was touched; choose an empty or new folder as output");
        assertThat(names(output)).containsExactly("split=train", "thesis.doc");
    }

    @Test
    void duplicatesAreKeptOnceAndConflictsNotAtAll() throws IOException {
        put("cats/zz-copy.jpg", TestPictures.noise("jpg", 24, 20, 0));
        put("cats/0!copy.jpg", TestPictures.noise("jpg", 24, 20, 0));
        put("cats/dog.png", TestPictures.noise("png", 16, 16, 1003));
        DatasetDescription description = run("");
        assertThat(description.totals()).isEqualTo(new Totals(33, 29, 2, 2, 0));
        List<String> all = Stream.of("train", "validation", "test")
                .flatMap(split -> paths(split).stream())
                .toList();
        assertThat(all)
                .hasSize(29)
                .contains("file:" + input + "/cats/0!copy.jpg")
                .doesNotContain(
                        "file:" + input + "/cats/0.jpg",
                        "file:" + input + "/cats/zz-copy.jpg",
                        "file:" + input + "/cats/dog.png",
                        "file:" + input + "/dogs/puppies/3.png");
        List<Row> rejected =
                LocalSpark.session().read().parquet(output + "/rejected").collectAsList();
        assertThat(rejected)
                .extracting(row -> row.getString(0), row -> row.getString(1), row -> row.getString(2))
                .containsExactly(
                        tuple(
                                "file:" + input + "/cats/dog.png",
                                "the same bytes have another label elsewhere; here it is cats",
                                "LABEL_CONFLICT"),
                        tuple(
                                "file:" + input + "/dogs/puppies/3.png",
                                "the same bytes have another label elsewhere; here it is dogs",
                                "LABEL_CONFLICT"));
    }

    @Test
    void badPicturesAreListedAndCounted() throws IOException {
        put("cats/text.jpg", "I am text".getBytes(StandardCharsets.UTF_8));
        put("dogs/empty.png", new byte[0]);
        DatasetDescription description = run("maxRejectedFraction: 0.0625");
        assertThat(description.totals()).isEqualTo(new Totals(32, 30, 0, 0, 2));
        assertThat(description.rejectedByClass()).isEqualTo(Map.of("EMPTY", 1L, "NOT_A_PICTURE", 1L));
        List<Row> rejected =
                LocalSpark.session().read().parquet(output + "/rejected").collectAsList();
        assertThat(rejected).hasSize(2);
        assertThat(rejected.get(0).getString(2)).isEqualTo("NOT_A_PICTURE");
        assertThat(rejected.get(0).getLong(3)).isEqualTo(9);
        assertThat(rejected.get(0).getString(4)).hasSize(64);
        assertThat(rejected.get(1).getString(1)).isEqualTo("the file is empty");
        assertThat(rejected.get(1).isNullAt(4)).isTrue();
        assertThat(Reports.read(output.toString()).data().quality().rejectedExamples())
                .extracting(DataQuality.Rejection::path, DataQuality.Rejection::errorClass)
                .containsExactly(
                        tuple("file:" + input + "/dogs/empty.png", "EMPTY"),
                        tuple("file:" + input + "/cats/text.jpg", "NOT_A_PICTURE"));
        assertThat(Files.readString(output.resolve("report.html")))
                .contains("rejected: NOT_A_PICTURE", "the file is empty", "Balance of the classes");
    }

    @Test
    void tooManyBadPicturesEndTheJobAndStayReadable() throws IOException {
        put("cats/text.jpg", "I am text".getBytes(StandardCharsets.UTF_8));
        put("dogs/empty.png", new byte[0]);
        assertThatThrownBy(() -> run(""))
                .isInstanceOf(BadDataException.class)
                .hasMessage("file:" + input + ": 2 of 32 pictures were rejected (1 EMPTY, 1 NOT_A_PICTURE), but"
                        + " maxRejectedFraction is 0.05; for example file:" + input
                        + "/cats/text.jpg (not a recognized picture format (JPEG, PNG, GIF, BMP, WebP,"
                        + " TIFF); first bytes:"
                        + " 49 20 61 6d 20 74 65 78); file:" + input
                        + "/dogs/empty.png (the file is empty); all of them are listed in file:" + output
                        + "/rejected; fix or delete them, or raise maxRejectedFraction");
        assertThat(names(output)).containsExactly("_staging", "events.jsonl", "rejected");
        assertThat(LocalSpark.session().read().parquet(output + "/rejected").count())
                .isEqualTo(2);
        Files.delete(input.resolve("cats/text.jpg"));
        run("");
        assertThat(names(output)).contains("dataset.json").doesNotContain("_staging");
    }

    @Test
    void everyClassWithTooFewPicturesIsNamed() throws IOException {
        put("ants/1.png", TestPictures.noise("png", 8, 8, 1));
        Files.createDirectories(input.resolve("bees"));
        assertThatThrownBy(() -> run(""))
                .isInstanceOf(BadDataException.class)
                .hasMessage("file:" + input + "/ants: class has 1 files, at least 3 are needed, one for each split;"
                        + " add pictures, remove the class, or set a split to 0\n"
                        + "file:" + input + "/bees: class has 0 files, at least 3 are needed, one for each split;"
                        + " add pictures, remove the class, or set a split to 0");
        assertThat(output.resolve("dataset.json")).doesNotExist();
    }

    @Test
    void usablePicturesAreCountedAgainAfterDuplicatesAreDropped() throws IOException {
        for (int i = 0; i < 3; i++) {
            put("ants/" + i + ".png", TestPictures.noise("png", 8, 8, 1));
        }
        assertThatThrownBy(() -> run(""))
                .isInstanceOf(BadDataException.class)
                .hasMessage("file:" + input + "/ants: class has 1 usable pictures, at least 3 are needed, one for each"
                        + " split; add pictures, remove the class, or set a split to 0");
    }

    @Test
    void inputWithoutPicturesOrClassesIsExplained() throws IOException {
        assertThatThrownBy(() -> runOn(folder.resolve("absent")))
                .isInstanceOf(BadDataException.class)
                .hasMessage(
                        "file:" + folder + "/absent: does not exist; input must be a folder with one folder per class");
        Path flat = Files.createDirectories(folder.resolve("flat"));
        Files.writeString(flat.resolve("a.jpg"), "");
        assertThatThrownBy(() -> runOn(flat))
                .hasMessage("file:" + flat
                        + ": has no class folders; put the pictures of each class in a folder named after it");
        Files.createDirectories(flat.resolve("one"));
        assertThatThrownBy(() -> runOn(flat))
                .hasMessage("file:" + flat + ": has one class folder (one); at least 2 classes are needed");
        Files.createDirectories(flat.resolve("two"));
        assertThatThrownBy(() -> runOn(flat)).hasMessage("file:" + flat + ": has no files in its class folders");
        assertThatThrownBy(() -> runOn(flat.resolve("a.jpg")))
                .hasMessage("file:" + flat + "/a.jpg: is a file; input must be a folder with one folder per class");
    }

    @Test
    void outputThatCannotBeWrittenIsNoBug() throws IOException {
        Files.writeString(folder.resolve("file"), "");
        output = folder.resolve("file/dataset");
        assertThatThrownBy(() -> run(""))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("file:" + output)
                .hasMessageContaining("cannot be read or written");
    }
}
