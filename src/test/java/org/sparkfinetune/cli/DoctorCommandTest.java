package org.sparkfinetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class DoctorCommandTest {
    @TempDir
    private Path folder;

    private String recipe(String model) throws IOException {
        return Files.writeString(folder.resolve("recipe.yaml"), """
                kind: finetune
                dataset: "%1$s/dataset"
                model: %2$s
                output: "%1$s/out/run"
                """.formatted(folder, model))
                .toString();
    }

    @Test
    void aMachineWithoutARecipeIsLookedAt() {
        Ended ended = Ended.withSpark("doctor");
        assertThat(ended.out())
                .startsWith("ok    Java: 17.")
                .contains("\nok    Deeplearning4j: engine: Deeplearning4j 1.0.0-M2.1 + oneDNN (")
                .endsWith("\nall is well\n");
        assertThat(ended.code()).isZero();
    }

    @Test
    void whatIsMissingIsToldWithWhatToDo() throws IOException {
        URI data = folder.toUri();
        Ended ended = Ended.withSpark("doctor", recipe("resnet50"));
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.out())
                .containsPattern("\nWRONG reads file:\\S+/dataset: no \\(driver on \\S+\\)\n"
                        + "      to do: it does not exist; correct the path, or run the job that makes it\n")
                .containsPattern("\nok    writes file:\\S+/out/run: yes ")
                .containsPattern("\n(ok   |WRONG) weights: resnet50: ")
                .containsPattern(
                        "\nok    memory plan: resnet50 takes about \\d+ MiB outside of Java's heap of \\d+ MiB ")
                // Without npm and without a cache the weights are not available either.
                .endsWith(ended.out().contains("WRONG weights") ? "\n2 things to do\n" : "\n1 thing to do\n");
        Files.createDirectories(folder.resolve("dataset"));
        assertThat(Ended.withSpark("doctor", recipe("resnet50")).out())
                .contains("\nok    reads " + data.toString().replace("///", "/"));
    }

    @Test
    void randomWeightsAreNotLookedFor() throws IOException {
        assertThat(Ended.withSpark("doctor", recipe("resnet50"), "--set", "weights=random")
                        .out())
                .doesNotContain(" weights: ");
    }

    @Test
    void nothingIsLeftBehind() throws IOException {
        Files.createDirectories(folder.resolve("dataset"));
        Ended.withSpark("doctor", recipe("resnet50"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("dataset", "recipe.yaml");
        }
    }

    @Test
    void aWrongRecipeIsToldBeforeSparkStarts() throws IOException {
        Ended ended = Ended.withoutSpark("doctor", recipe("resnet5"));
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("\"resnet5\" is not in the model zoo");
    }
}
