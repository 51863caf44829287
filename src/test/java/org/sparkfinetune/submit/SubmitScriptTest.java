package org.sparkfinetune.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkfinetune.testing.Script;

/** What scripts/submit makes of its words, seen by a spark-submit that only prints them. */
class SubmitScriptTest {
    @TempDir
    private Path folder;

    private Path recipe;

    @BeforeEach
    void layOut() throws IOException {
        Path submit = folder.resolve("spark/bin/spark-submit");
        Files.createDirectories(submit.getParent());
        Files.writeString(submit, """
                #!/usr/bin/env bash
                printf '<%s>\\n' "$@"
                printf '%b\\n\\tat y\\n' "${SAYS-}" >&2
                exit "${ENDS:-0}"
                """);
        assertThat(submit.toFile().setExecutable(true)).isTrue();
        Path jar = folder.resolve("target/spark-finetune-1-all.jar");
        Files.createDirectories(jar.getParent());
        Files.writeString(jar, "");
        Files.createDirectories(folder.resolve("scripts"));
        Files.copy(Path.of("scripts/submit"), folder.resolve("scripts/submit"));
        recipe = Files.writeString(folder.resolve("job.yaml"), "kind: extract\nmodel: cards/own.yaml   # ours\n");
        Files.createDirectories(folder.resolve("cards"));
        Files.writeString(folder.resolve("cards/own.yaml"), "name: own\n");
        Files.writeString(folder.resolve("cards/other.yaml"), "name: other\n");
    }

    private Path profile(String... lines) throws IOException {
        return Files.write(folder.resolve("profile.properties"), List.of(lines));
    }

    /** Runs the copied script, whose jar is in the folder, in this folder. */
    private Script submit(String... words) throws Exception {
        return submit(Map.of(), words);
    }

    private Script submit(Map<String, String> environment, String... words) throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        all.put("SPARK_HOME", folder.resolve("spark").toString());
        return Script.runCopy(folder, folder.resolve("log"), all, "submit", words);
    }

    @ParameterizedTest
    @CsvSource({
        "yarn, 0, state: FINISHED, 0",
        "yarn, 1, 'diagnostics: User class threw exception: x.FailedJobException: exit code 3,"
                + " error: h: is not there', 3",
        "yarn, 1, Connection refused, 1",
        "k8s://https://host, 0, '\t container state: terminated\n\t exit code: 4\n\t termination reason: Error', 4",
        "k8s://https://host, 0, '\t container state: terminated\n\t exit code: 0', 0"
    })
    void theExitCodeIsThatOfTheJob(String master, String ends, String says, int code) throws Exception {
        Path profile = profile("spark.master " + master, "spark.submit.deployMode cluster");
        Script ended = submit(Map.of("ENDS", ends, "SAYS", says), recipe.toString(), "--on", profile.toString());
        assertThat(ended.code()).isEqualTo(code);
        assertThat(ended.log()).contains(says.lines().findFirst().orElseThrow());
    }

    private static List<String> words(Script ended) {
        return ended.log().lines().filter(line -> line.startsWith("<")).toList();
    }

    @Test
    void aRecipeAndItsCardTravelToYarn() throws Exception {
        Path profile = profile("spark.master yarn", "spark.submit.deployMode   cluster  ");
        Script ended = submit(recipe.toString(), "--on", profile.toString(), "--set", "seed=1");
        assertThat(words(ended))
                .containsSubsequence("<--files>", "<" + recipe + ",cards/own.yaml>", "<run>", "<job.yaml>")
                .endsWith("<--set>", "<seed=1>", "<--set>", "<model=own.yaml>");
        assertThat(ended.log()).as("without the stack trace of spark-submit").doesNotContain("\tat y");
    }

    @Test
    void theCardThatIsSetTravels() throws Exception {
        Path profile = profile("spark.master=k8s://https://host", "spark.submit.deployMode=cluster");
        assertThat(words(submit("--set=model=cards/other.yaml", recipe.toString(), "--on=" + profile)))
                .containsSubsequence("<--files>", "<" + recipe + ",cards/other.yaml>")
                .endsWith("<--set=model=cards/other.yaml>", "<job.yaml>", "<--set>", "<model=other.yaml>");
        assertThat(words(submit("--set", "model=resnet50", recipe.toString(), "--on=" + profile)))
                .containsSubsequence("<--files>", "<" + recipe + ">")
                .endsWith("<--set>", "<model=resnet50>", "<job.yaml>");
        Script missing = submit("--set", "model=none.yaml", recipe.toString(), "--on=" + profile);
        assertThat(missing.code()).isEqualTo(2);
        assertThat(missing.log()).isEqualTo("submit: none.yaml: there is no such model card\n");
    }

    @Test
    void aStandaloneClusterIsGivenThePath() throws Exception {
        Path profile = profile("spark.master spark://host:7077", "spark.submit.deployMode cluster");
        assertThat(words(submit("job.yaml", "--on", profile.toString())))
                .doesNotContain("<--files>")
                .endsWith("<run>", "<" + recipe.toRealPath() + ">");
    }

    @Test
    void inClientModeNothingTravels() throws Exception {
        Path profile = profile("spark.master yarn", "spark.submit.deployMode client");
        Script ended = submit(recipe.toString(), "--on", profile.toString());
        assertThat(words(ended)).doesNotContain("<--files>").endsWith("<run>", "<" + recipe + ">");
        assertThat(ended.log()).contains("\tat y");
    }

    @Test
    void confReplacesAValueOfTheProfile() throws Exception {
        Path profile = profile("spark.master yarn", "spark.submit.deployMode cluster");
        assertThat(words(submit(
                        recipe.toString(), "--on", profile.toString(), "--conf", "spark.submit.deployMode=client")))
                .containsSubsequence("<--conf>", "<spark.submit.deployMode=client>")
                .doesNotContain("<--files>");
        Script wrong = submit(recipe.toString(), "--on", profile.toString(), "--conf", "training.epochs=3");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.log())
                .isEqualTo("submit: --conf training.epochs=3: must be spark.KEY=VALUE; values of the"
                        + " recipe are replaced by"
                        + " --set\n");
    }

    @Test
    void whatNeedsNoClusterDoesNotGoToIt() throws Exception {
        Path profile = profile("spark.master yarn", "spark.submit.deployMode cluster");
        for (String[] words :
                new String[][] {{"models", "list"}, {"show", "hdfs:///run"}, {recipe.toString(), "--validate"}}) {
            String[] all = List.of(String.join("\n", words), "--on", profile.toString()).stream()
                    .flatMap(String::lines)
                    .toArray(String[]::new);
            assertThat(words(submit(all)))
                    .containsSubsequence("<--master>", "<local[*]>", "<--deploy-mode>", "<client>")
                    .doesNotContain("<--files>");
        }
        assertThat(words(submit("doctor", recipe.toString(), "--on", profile.toString())))
                .contains("<--files>")
                .doesNotContain("<--master>");
    }
}
