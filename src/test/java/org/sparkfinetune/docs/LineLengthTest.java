package org.sparkfinetune.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Texts fit on a screen: lines of 120 columns, a short README, no paragraphs in tables. */
class LineLengthTest {
    private static final int COLUMNS = 120;
    private static final int LINES_OF_README = 150;
    private static final int CHARACTERS_OF_A_CELL = 250;

    private static final Pattern CELL = Pattern.compile("(?<!\\\\)\\|");
    private static final Predicate<String> URL = matching("\\w://\\w");
    private static final Predicate<String> TABLE_ROW = matching("^ *\\|");
    private static final Predicate<String> LINK_ONLY = matching("^ *(- )?!?\\[[^]]*]\\([^)]*\\)[.,;:]?$");
    /** The mark above generated tables names the command that generates them. */
    private static final Predicate<String> HTML_COMMENT = matching("^<!-- ");

    private static final Predicate<String> COMMAND_IN_COMMENT = matching("^ *# +(scripts/|Use: )");
    /** The first line of a block that may have longer lines: in Markdown output is wrapped, commands are not. */
    private static final Predicate<String> OF_COMMANDS = Predicate.not(matching("^ *```text$"));
    /** The value of a setting, such as Java's options, cannot be continued on the next line. */
    private static final Predicate<String> SETTING = matching("^[a-z]");

    @Test
    void noLineIsLongerThan120Columns() throws IOException {
        List<TextFile> files = textFiles();
        assertThat(files).hasSizeGreaterThan(500);
        assertThat(files.stream().flatMap(file -> file.places(TextFile::isLong)))
                .as("lines of over %d columns", COLUMNS)
                .isEmpty();
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.readAllLines(Path.of("README.md"))).isNotEmpty().hasSizeLessThanOrEqualTo(LINES_OF_README);
    }

    @Test
    void noCellOfATableHoldsAParagraph() throws IOException {
        assertThat(textFiles().stream().flatMap(file -> file.places(TextFile::hasLongCell)))
                .as("cells of over %d characters; make the table a list", CHARACTERS_OF_A_CELL)
                .isEmpty();
    }

    private static Predicate<String> matching(String regex) {
        return Pattern.compile(regex).asPredicate();
    }

    /** Text files that git tracks, or would: all but what .gitignore names. */
    private static List<TextFile> textFiles() throws IOException {
        Set<String> ignored = Files.readAllLines(Path.of(".gitignore")).stream()
                .map(line -> line.replace("/", ""))
                .collect(Collectors.toSet());
        ignored.add(".git");
        List<TextFile> files = new ArrayList<>();
        Files.walkFileTree(Path.of(""), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return ignored.contains(folder.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (Kind.of(file) != Kind.OTHER) {
                    files.add(new TextFile(file.toString(), Kind.of(file), Files.readAllLines(file)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    /** A kind of text file, with the marker of its blocks and the lines that may be longer. */
    private enum Kind {
        MARKDOWN("```", URL.or(TABLE_ROW).or(LINK_ONLY).or(HTML_COMMENT)),
        JAVA("\"\"\"", URL),
        YAML(null, URL.or(COMMAND_IN_COMMENT)),
        PROPERTIES(null, URL.or(COMMAND_IN_COMMENT).or(SETTING)),
        SCRIPT(null, URL.or(COMMAND_IN_COMMENT)),
        OTHER(null, line -> true);

        private final String block;
        private final Predicate<String> exempt;

        Kind(String block, Predicate<String> exempt) {
            this.block = block;
            this.exempt = exempt;
        }

        static Kind of(Path file) {
            String name = file.getFileName().toString();
            return switch (name.substring(name.lastIndexOf('.') + 1)) {
                case "md" -> MARKDOWN;
                case "java" -> JAVA;
                case "yaml", "yml" -> YAML;
                case "properties" -> PROPERTIES;
                default -> Stream.of("scripts", ".ci", "src/build").anyMatch(file::startsWith) ? SCRIPT : OTHER;
            };
        }

        /** Whether the line begins or ends a block. */
        boolean isEdgeOfBlock(String line) {
            return block != null && (line.length() - line.replace(block, "").length()) / block.length() % 2 == 1;
        }
    }

    private record TextFile(String name, Kind kind, List<String> lines) {
        boolean isLong(String line) {
            return line.length() > COLUMNS && !kind.exempt.test(line);
        }

        boolean hasLongCell(String line) {
            return kind == Kind.MARKDOWN
                    && TABLE_ROW.test(line)
                    && CELL.splitAsStream(line).anyMatch(cell -> cell.strip().length() > CHARACTERS_OF_A_CELL);
        }

        /** The name of the file and the numbers of its wrong lines that are in no exempt block; empty when none is. */
        Stream<String> places(BiPredicate<TextFile, String> wrong) {
            List<Integer> places = new ArrayList<>();
            Optional<String> block = Optional.empty();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (block.filter(OF_COMMANDS).isEmpty() && wrong.test(this, line)) {
                    places.add(i + 1);
                }
                if (kind.isEdgeOfBlock(line)) {
                    block = block.isPresent() ? Optional.empty() : Optional.of(line);
                }
            }
            return places.isEmpty() ? Stream.of() : Stream.of(name + ": " + places);
        }
    }
}
