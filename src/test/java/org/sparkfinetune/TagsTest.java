package org.sparkfinetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tags decide which tests {@code mvn verify} runs, and which {@code mvn verify -Pfull} adds; the table is in
 * CONTRIBUTING.md.
 */
class TagsTest {
    private static final Set<String> KNOWN = Set.of("spark", "process", "cluster", "weights", "slow");

    /** Names of what starts a process. */
    private static final Pattern STARTS_A_PROCESS = Pattern.compile(
            "\\b(ProcessBuilder|OtherJvm|OtherJvmPredictions|MainProcess|ChildProcess|Script|Chromium)\\b");

    /** Those that start nothing but small programs, in less than a second. */
    private static final Set<String> QUICK =
            Set.of("GetGpusTest.java", "OutputLockTest.java", "PipelinesPageTest.java", "SubmitScriptTest.java");

    private static final Pattern TAG = Pattern.compile("@Tag\\(([^)]*)\\)");

    @Test
    void everyTagIsKnown() throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path test : tests()) {
            found.addAll(tags(test));
        }
        assertThat(found).isEqualTo(new TreeSet<>(KNOWN));
    }

    @Test
    void testsThatStartProcessesRunWithTheProfileFullOnly() throws IOException {
        for (Path test : tests()) {
            String text = Files.readString(test);
            if (STARTS_A_PROCESS.matcher(text).find()
                    && !QUICK.contains(test.getFileName().toString())) {
                assertThat(tags(test)).as(test.toString()).containsAnyOf("process", "cluster", "weights", "slow");
            }
        }
    }

    private static List<String> tags(Path test) throws IOException {
        return TAG.matcher(Files.readString(test))
                .results()
                .map(found -> found.group(1).replace("\"", ""))
                .toList();
    }

    /** Those of the benchmarks run with the profile full as they are. */
    private static List<Path> tests() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            return files.filter(file -> file.toString().endsWith("Test.java") && !file.endsWith("TagsTest.java"))
                    .toList();
        }
    }
}
