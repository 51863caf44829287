package org.sparkfinetune.jobs.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.DatasetDescription.Totals;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.RecordedProgress;
import org.sparkfinetune.testing.TestPictures;

/** A second run on a dataset that is there. */
@Tag("spark")
class ShardAdditionTest extends ShardFixture {
    private final RecordedProgress progress = new RecordedProgress();

    @Test
    void onlyWhatIsNewIsReadAndNoPictureChangesItsSplit() throws IOException {
        run("");
        Map<String, String> before = splitOfEachPath();
        Map<String, String> files = contentOfEachFile();
        for (int i = 0; i < 30; i++) {
            put("cats/new " + i + ".png", TestPictures.noise("png", 12, 12, 5000 + i));
        }
        put("dogs/copy.png", TestPictures.noise("png", 16, 16, 1003));
        put("dogs/new.png", TestPictures.noise("png", 12, 12, 6000));
        DatasetDescription description = add("");

        assertThat(progress.told()).contains("adding 32 files to " + output, "read pictures: 32 pictures");
        assertThat(splitOfEachPath()).containsAllEntriesOf(before).hasSize(61);
        assertThat(contentOfEachFile()).containsAllEntriesOf(files);
        assertThat(names(output.resolve("split=train")))
                .contains("part-00000.parquet", "part-00001.parquet")
                .hasSize(2);
        assertThat(description.totals()).isEqualTo(new Totals(62, 61, 1, 0, 0));
        // 40 cats, and 21 dogs: as exact as if they had come at once.
        assertThat(description.counts())
                .isEqualTo(Map.of(
                        "train", Map.of("cats", 32L, "dogs", 17L),
                        "validation", Map.of("cats", 4L, "dogs", 2L),
                        "test", Map.of("cats", 4L, "dogs", 2L)));
        assertThat(add("")).isEqualTo(description);
        assertThat(progress.told()).contains("already done: " + output);
    }

    @Test
    void aNewClassGetsTheNextLabelAndTheOthersKeepTheirs() throws IOException {
        run("");
        for (int i = 0; i < 10; i++) {
            put("ants/" + i + ".png", TestPictures.noise("png", 12, 12, 7000 + i));
        }
        DatasetDescription description = add("");
        assertThat(description.labelNames()).containsExactly("cats", "dogs", "ants");
        assertThat(description.counts().get("train")).containsEntry("ants", 8L);
        assertThat(rows("train").stream()
                        .filter(row -> row.getString(5).equals("ants"))
                        .map(row -> row.getInt(4)))
                .containsOnly(2);
    }

    @Test
    void aPictureThatIsThereStaysWhenANewFileContradictsIt() throws IOException {
        run("maxRejectedFraction: 0.5");
        put("cats/really.png", TestPictures.noise("png", 16, 16, 1003));
        put("cats/text.jpg", new byte[] {'t', 'e', 'x', 't'});
        DatasetDescription description = add("maxRejectedFraction: 0.5");
        assertThat(description.totals()).isEqualTo(new Totals(32, 30, 0, 1, 1));
        assertThat(splitOfEachPath()).containsKey("file:" + input + "/dogs/puppies/3.png");
        assertThat(LocalSpark.session().read().parquet(output + "/rejected").collectAsList())
                .extracting(row -> row.getString(2))
                .containsExactlyInAnyOrder("LABEL_CONFLICT", "NOT_A_PICTURE");
    }

    @Test
    void filesThatAreGoneAreKeptWhenTheRecipeSaysSo() throws IOException {
        run("");
        Files.delete(input.resolve("cats/0.jpg"));
        put("cats/new.png", TestPictures.noise("png", 12, 12, 8000));
        DatasetDescription description = add("keepRemoved: true");
        assertThat(description.totals()).isEqualTo(new Totals(31, 31, 0, 0, 0));
        assertThat(splitOfEachPath()).containsKey("file:" + input + "/cats/0.jpg");
    }

    @Test
    void aFileThatWasWrittenAnewIsNotSilentlyIgnored() throws IOException {
        run("");
        put("cats/0.jpg", TestPictures.noise("jpg", 30, 30, 9000));
        assertThatThrownBy(() -> add("keepRemoved: true"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("file:" + output + ": was made of file:" + input
                        + " before its pictures changed: 0 are gone, 1 have changed, 0 are new;"
                        + " --set overwrite=true makes it again, another output keeps both");
    }

    @Test
    void splitsByHashAreTheSameInAnotherDatasetWithMorePictures() throws IOException {
        run("splitBy: hash");
        Map<String, String> before = splitOfEachPath();
        for (int i = 0; i < 30; i++) {
            put("cats/new " + i + ".png", TestPictures.noise("png", 12, 12, 5000 + i));
        }
        output = folder.resolve("another");
        run("splitBy: hash");
        assertThat(splitOfEachPath()).containsAllEntriesOf(before).hasSize(60);
    }

    private DatasetDescription add(String settings) {
        String yaml = "kind: shard\ninput: \"" + input + "\"\noutput: \"" + output + "\"\n" + settings;
        YamlFile.bind("test.yaml", yaml, ShardRecipe.class).execute(new JobContext(LocalSpark.session(), progress));
        return read(output);
    }

    private Map<String, String> splitOfEachPath() {
        Map<String, String> splits = new TreeMap<>();
        for (String split : Split.KEYS) {
            if (Files.exists(output.resolve("split=" + split))) {
                paths(split).forEach(path -> splits.put(path, split));
            }
        }
        return splits;
    }

    private Map<String, String> contentOfEachFile() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        for (String folderName : List.of("split=train", "split=validation", "split=test", "files", "rejected")) {
            for (String name : names(output.resolve(folderName))) {
                Path file = output.resolve(folderName).resolve(name);
                contents.put(folderName + "/" + name, Sha256.of(Files.readAllBytes(file)));
            }
        }
        return contents;
    }
}
