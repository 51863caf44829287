package org.sparkfinetune.jobs.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkfinetune.bench.TrainingCase;
import org.sparkfinetune.testing.LocalSpark;

@Tag("spark")
class TrainingStepsTest {
    @TempDir
    private Path folder;

    /** Without frozen layers there is nothing to keep. Of one case, steps that are too short are done again. */
    @ParameterizedTest
    @CsvSource({"squeezenet:fire8:2, ours ours/cached, 0.5", "squeezenet:none:2, ours, 0"})
    void everyWayOfTrainingIsMeasured(String text, String ways, double leastSeconds) throws IOException {
        Path measurements = folder.resolve("measurements");
        new TrainingSteps(TrainingCase.parse(text), 1, 2, leastSeconds, measurements).measure(LocalSpark.context());
        assertThat(Files.readAllLines(measurements))
                .extracting(line -> line.split(" ")[2])
                .containsExactly(ways.split(" "));
        assertThat(Files.readAllLines(measurements)).allSatisfy(line -> {
            String[] words = line.split(" ");
            assertThat(words).startsWith("STEP", text).hasSizeGreaterThanOrEqualTo(5);
            assertThat(Arrays.stream(words).skip(3).map(Double::valueOf)).allMatch(seconds -> seconds > 0);
        });
    }
}
