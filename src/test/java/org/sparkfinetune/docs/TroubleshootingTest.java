package org.sparkfinetune.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The messages that docs/troubleshooting.md quotes are those of the program, word for word; … stands for what varies.
 */
class TroubleshootingTest {
    private static final Pattern BLOCK = Pattern.compile("```text\n(.*?)```", Pattern.DOTALL);
    private static final Pattern BEGINNING = Pattern.compile("^(error: |submit: |WARNING: |WRONG | +to do: )");
    /** Within a message that is longer than a line of the page: the next line is indented, but not a message. */
    private static final Pattern WRAP = Pattern.compile("\n {4}(?! *to do: )");
    /** Where a text goes on in the next line, or in the same one, behind a plus. */
    private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");
    /** Characters that are left of a message when what varies is taken out. */
    private static final int SHORTEST_MESSAGE = 10;
    /** Shorter runs of words are found in every file, and prove nothing. */
    private static final int LEAST_CHARACTERS = 12;

    @TestFactory
    Stream<DynamicTest> everyMessageIsOneOfTheProgram() throws IOException {
        List<Source> sources = sources();
        List<String> messages = BLOCK.matcher(Files.readString(Path.of("docs/troubleshooting.md")))
                .results()
                .map((MatchResult block) -> WRAP.matcher(block.group(1)).replaceAll(" "))
                .flatMap(String::lines)
                .toList();
        assertThat(messages).hasSizeGreaterThan(40);
        return messages.stream()
                .map(message -> DynamicTest.dynamicTest(message, () -> {
                    List<String> parts = parts(message);
                    assertThat(String.join("", parts)).hasSizeGreaterThanOrEqualTo(SHORTEST_MESSAGE);
                    for (String part : parts) {
                        assertThat(sources)
                                .as("\"%s\" is the text of no source file; correct docs/troubleshooting.md", part)
                                .anyMatch(source -> source.holds(part));
                    }
                    assertThat(sources)
                            .as("no source file has all of %s", parts)
                            .anyMatch(source -> parts.stream()
                                    .filter(part -> part.length() >= LEAST_CHARACTERS)
                                    .allMatch(source::holds));
                }));
    }

    /** What is written between the places that vary; a place before a message is a text of its own in the source. */
    private static List<String> parts(String message) {
        return Arrays.stream(BEGINNING.matcher(message).replaceFirst("").split("…|: (?=[a-z])"))
                .map(part -> part.replaceAll("^[\"/:), ]+|[\"(:, ]+$", ""))
                .filter(part -> part.length() > 1)
                .toList();
    }

    private static List<Source> sources() throws IOException {
        try (Stream<Path> java = Files.walk(Path.of("src/main/java"));
                Stream<Path> scripts = Files.list(Path.of("scripts"))) {
            return Stream.concat(java, scripts)
                    .filter(Files::isRegularFile)
                    .map(file -> new Source(file.toString(), text(file)))
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return JOINT.matcher(Files.readString(file)).replaceAll("").replace("\\\"", "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of ours with its texts in one piece each; shown by its name. */
    private record Source(String name, String text) {
        /**
         * Whether the part is in it, in one piece or in runs of words that are not short: a constant may stand between
         * two texts.
         */
        boolean holds(String part) {
            if (text.contains(part)) {
                return true;
            }
            for (int end = part.lastIndexOf(' '); end >= LEAST_CHARACTERS; end = part.lastIndexOf(' ', end - 1)) {
                if (text.contains(part.substring(0, end))) {
                    return part.length() - end > LEAST_CHARACTERS && holds(part.substring(end + 1));
                }
            }
            return false;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
