package org.sparkfinetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.testing.SmallRun;
import org.sparkfinetune.testing.TestPictures;

/** Complete jobs through the command line: exit codes and output for the user. */
@Tag("spark")
class RunCommandTest {
    private static SmallRun shared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() {
        shared = SmallRun.shared();
    }

    private Ended run(String recipe) throws IOException {
        Path file = Files.writeString(folder.resolve("recipe.yaml"), recipe);
        return Ended.withSpark("run", file.toString());
    }

    private Ended shard(Path input) throws IOException {
        return run("kind: shard\ninput: \"" + input + "\"\noutput: \"" + folder.resolve("out") + "\"\n");
    }

    private Ended evaluate(Path run, Path dataset) throws IOException {
        return run("kind: evaluate\nrun: \"" + run + "\"\ndataset: \"" + dataset + "\"\noutput: \""
                + folder.resolve("out") + "\"\n");
    }

    private void assertBadData(Ended ended, String... errors) {
        assertThat(ended.errors())
                .isEqualTo(
                        List.of(errors).stream().map(text -> "error: " + text).toList());
        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.showsAStackTrace()).isFalse();
        assertThat(folder.resolve("out/report.json")).doesNotExist();
        assertThat(folder.resolve("out/dataset.json")).doesNotExist();
    }

    @Test
    void aMissingInputFolder() throws IOException {
        assertBadData(
                shard(folder.resolve("absent")),
                "file:" + folder + "/absent: does not exist; input must be a folder with one folder per class");
    }

    @Test
    void aClassWithOnePicture() throws IOException {
        Path input = folder.resolve("photos");
        for (String name : List.of("a/1.png", "b/1.png", "b/2.png", "b/3.png")) {
            Files.createDirectories(input.resolve(name).getParent());
            Files.write(input.resolve(name), TestPictures.noise("png", 8, 8, name.hashCode()));
        }
        assertBadData(
                shard(input),
                "file:" + input + "/a: class has 1 files, at least 3 are needed, one for each split; add pictures,"
                        + " remove the class, or set a split to 0");
    }

    @Test
    void noPictures() throws IOException {
        Path input = folder.resolve("photos");
        Files.createDirectories(input.resolve("a"));
        Files.createDirectories(input.resolve("b"));
        assertBadData(shard(input), "file:" + input + ": has no files in its class folders");
    }

    @Test
    void aCorruptDatasetDescription() throws IOException {
        Path dataset = Files.createDirectories(folder.resolve("dataset"));
        Files.writeString(dataset.resolve("dataset.json"), "{\"formatVersion\": 1, ");
        Ended ended = evaluate(shared.run(), dataset);
        assertThat(ended.errors()).hasSize(1);
        assertThat(ended.errors().get(0))
                .startsWith("error: file:" + dataset + "/dataset.json: is damaged (")
                .endsWith("); make the dataset again with overwrite: true");
        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.showsAStackTrace()).isFalse();
    }

    @Test
    void aCorruptModel() throws IOException {
        Path run = folder.resolve("run");
        for (String name : List.of("report.json", "model/card.yaml", "model/labels.json")) {
            Files.createDirectories(run.resolve(name).getParent());
            Files.copy(shared.run().resolve(name), run.resolve(name));
        }
        for (String content : List.of("", "no zip", "PK\003\004 cut short")) {
            Files.writeString(run.resolve("model/model.zip"), content);
            assertBadData(
                    evaluate(run, shared.dataset()),
                    "file:" + run + "/model/model.zip: is not a readable model; run its finetune recipe again"
                            + " with --set overwrite=true");
        }
        Files.delete(run.resolve("model/model.zip"));
        Ended missing = evaluate(run, shared.dataset());
        assertThat(missing.code()).isEqualTo(3);
        assertThat(missing.showsAStackTrace()).isFalse();
    }

    @Test
    void aFileInTheWayOfTheOutput() throws IOException {
        Files.writeString(folder.resolve("out"), "mine");
        Ended ended = shard(shared.pictures());
        assertThat(ended.errors())
                .containsExactly("error: file:" + folder + "/out: is a file; output must be a folder, or a new name");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(folder.resolve("out")).hasContent("mine");
    }

    @Test
    void aFinishedJobPrintsItsSummaryAndShowPrintsItAgain() throws IOException {
        Ended evaluated = evaluate(shared.run(), shared.dataset());
        assertThat(evaluated.code()).isZero();
        assertThat(evaluated.out())
                .startsWith("evaluate: done in ")
                .contains("  test accuracy ")
                .contains("  predictions: file:" + folder + "/out/predictions\n");
        assertThat(evaluated.err())
                .startsWith("engine: Deeplearning4j ")
                .contains("\npredict the test split: 6 pictures\n")
                .contains("\n  predict the test split took ");
        Ended shown = Ended.withoutSpark("show", folder.resolve("out").toString());
        assertThat(shown.out()).isEqualTo(evaluated.out());
        assertThat(shown.code()).isZero();
    }

    @Test
    void aTrainingTellsOneLineAnEpoch() throws IOException {
        Ended ended = run(shared.recipe(shared.folder().resolve("by-command").toString(), 3, 0.001));
        assertThat(ended.code()).isZero();
        List<String> lines = ended.err().lines().toList();
        String epoch = ": 2 rounds, loss [0-9.]+, accuracy [0-9.]+, validation loss [0-9.]+, accuracy [0-9.]+,"
                + " [0-9.]+ pictures/s";
        List<String> training = lines.subList(lines.indexOf("train the tail: 36 examples"), lines.size()).stream()
                .filter(line -> !line.contains(", round "))
                .toList();
        assertThat(training).hasSize(6);
        assertThat(training.get(1)).matches("  epoch 1 of 3" + epoch + ", \\d+ s left");
        assertThat(training.get(2)).matches("  epoch 2 of 3" + epoch + ", \\d+ s left");
        assertThat(training.get(3)).matches("  epoch 3 of 3" + epoch);
        assertThat(training.get(4)).matches("  train the tail took [0-9.]+ s, 36 examples, [0-9.]+ per second");
        assertThat(training.get(5)).matches("ONNX Runtime [0-9.]+ differs from Deeplearning4j by at most .*");
    }
}
