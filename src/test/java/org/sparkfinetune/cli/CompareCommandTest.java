package org.sparkfinetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
    private static final String REPORT = """
            {"kind": "finetune", "status": "done", "startedAt": "2026-01-01T00:00:00Z", "durationSeconds": %s,
             "provenance": {"cluster": "local[2]", "inputs": {"dataset": "file:/d abc"}}, "outputs": {}}
            """;

    @TempDir
    private Path folder;

    private String one;
    private String two;

    @BeforeEach
    void runs() throws IOException {
        one = run("one", "10.0", "kind: finetune\noutput: one\ntraining: {epochs: 3, learningRate: 0.1}\n");
        two = run("two", "20.0", "kind: finetune\noutput: two\ntraining: {epochs: 5, learningRate: 0.1}\n");
    }

    private String run(String name, String seconds, String recipe) throws IOException {
        Path run = Files.createDirectories(folder.resolve(name));
        Files.writeString(run.resolve("report.json"), REPORT.formatted(seconds));
        Files.writeString(run.resolve("recipe.yaml"), recipe);
        return run.toString();
    }

    private static Ended compare(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "compare";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Ended.withoutSpark(all);
    }

    @Test
    void whatDiffersInTheRecipesIsShownAndWhatDoesNotIsLeftOut() {
        Ended ended = compare(one, two);

        assertThat(ended.code()).isZero();
        assertThat(ended.out())
                .containsPattern("(?m)^  training\\.epochs +3 +5$")
                .containsPattern("(?m)^  seconds +10\\.0\\* +20\\.0$")
                .doesNotContain("learningRate")
                .doesNotContain("output");
    }

    @Test
    void thePageIsWrittenWhereItIsWanted() throws IOException {
        Path page = folder.resolve("page.html");
        Ended ended = compare(one, two, "--html", page.toString());

        assertThat(ended.out()).endsWith("page: " + page + "\n");
        assertThat(Files.readString(page)).contains("comparison of 2 runs", "training.epochs");
    }

    @Test
    void everyRunThatIsNotThereIsNamed() throws IOException {
        Files.writeString(Path.of(two, "report.json"), "{}");
        Ended ended = compare(one, folder + "/none", two);

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.err()).isEqualTo("""
                error: file:%1$s/none/report.json: is missing: the job has not finished, or this is not an output folder
                error: file:%1$s/two/report.json: is damaged: \
                it lacks kind, provenance or outputs, which every report has
                """.formatted(folder));
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void aDamagedRecipeIsNamed() throws IOException {
        Files.writeString(Path.of(two, "recipe.yaml"), "a: [");
        assertThat(compare(one, two).code()).isEqualTo(3);
        assertThat(compare(one, two).err()).startsWith("error: file:" + two + "/recipe.yaml: is damaged: ");
    }

    @Test
    void oneRunOrMoreThanTwentyCannotBeCompared() {
        assertThat(compare(one).code()).isEqualTo(2);
        assertThat(compare(one).err())
                .isEqualTo("error: compare: got 1 run; give 2 to 20, such as scripts/compare my/run my/other-run\n");
        String[] many = Collections.nCopies(21, one).toArray(String[]::new);
        assertThat(compare(Arrays.copyOf(many, 20)).code()).isZero();
        assertThat(compare(many).code()).isEqualTo(2);
    }

    @Test
    void aPageThatCannotBeWrittenIsTheUsersMistake() {
        Ended ended = compare(one, two, "--html", folder + "/none/page.html");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err())
                .contains("error: --html: is " + folder
                        + "/none/page.html, which cannot be written (NoSuchFileException);"
                        + " name a file in a folder that exists")
                .doesNotContain("\tat ");
    }
}
