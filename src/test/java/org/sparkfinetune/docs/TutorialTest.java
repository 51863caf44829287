package org.sparkfinetune.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.run.Recipe;

/** The commands of the documents that a reader pastes name files, keys and models that exist. */
class TutorialTest {
    private static final Pattern BLOCK =
            Pattern.compile("^( *)```bash\n(.*?)^ *```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final List<Path> PASTED = List.of(Path.of("docs/tutorial.md"), Path.of("docs/troubleshooting.md"));

    @TestFactory
    Stream<DynamicTest> everyCommandCanBeRun() throws IOException {
        List<String> commands = new ArrayList<>(commands(Path.of("docs/tutorial.md")));
        assertThat(commands).hasSizeGreaterThan(15);
        commands.addAll(commands(Path.of("docs/troubleshooting.md")));
        try (Stream<Path> jobs = Files.list(Path.of("docs/jobs"))) {
            for (Path page : jobs.sorted().toList()) {
                commands.addAll(commands(page));
            }
        }
        return commands.stream().map(command -> DynamicTest.dynamicTest(command, () -> check(command)));
    }

    @Test
    void theTutorialRunsEveryJobThatItNeedsInOrder() throws IOException {
        List<String> kinds = commands(PASTED.get(0)).stream()
                .filter(command -> command.startsWith("scripts/submit spark-jobs/"))
                .map(command -> recipe(command.split(" ")).kind())
                .distinct()
                .toList();
        assertThat(kinds).containsExactly("shard", "finetune", "evaluate", "lr-find", "predict", "export");
    }

    private static void check(String command) {
        String[] words = command.split(" +");
        switch (words[0]) {
            case "scripts/submit" -> submitted(words);
            case "scripts/compare" -> assertThat(Path.of(words[0])).isExecutable();
            case "java" ->
                assertThat(Stream.of(words).map(word -> word.replaceFirst("^@(?=docs)", "")))
                        .filteredOn(word -> word.startsWith("docs/"))
                        .isNotEmpty()
                        .allSatisfy(file -> assertThat(Path.of(file)).isRegularFile());
            default -> assertThat(words[0]).isIn("mvn", "mkdir", "cp", "curl");
        }
    }

    private static void submitted(String[] words) {
        assertThat(Path.of(words[0])).isExecutable();
        if (words[1].endsWith(".yaml")) {
            assertThatCode(() -> recipe(words)).doesNotThrowAnyException();
            return;
        }
        assertThat(words[1]).isIn("models", "show", "explain", "doctor");
    }

    /** The recipe with its {@code --set}s, as the command line reads it. */
    private static Recipe recipe(String[] words) {
        Map<String, String> assignments = new LinkedHashMap<>();
        for (int i = 2; i < words.length && !words[i].equals("#"); i += 2) {
            assertThat(words[i]).isEqualTo("--set");
            String[] assignment = words[i + 1].split("=", 2);
            assignments.put(assignment[0], assignment[1]);
        }
        try {
            return Jobs.read(YamlFile.parse(words[1], Files.readString(Path.of(words[1])))
                    .with(assignments));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> commands(Path document) throws IOException {
        return BLOCK.matcher(Files.readString(document))
                .results()
                .flatMap(block -> block.group(2).lines())
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
