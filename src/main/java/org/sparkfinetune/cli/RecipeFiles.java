package org.sparkfinetune.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Suggestion;
import org.sparkfinetune.config.YamlFile;

/** Recipe files on the submitting machine. */
final class RecipeFiles {
    private static final long MAX_BYTES = 1 << 20;

    private RecipeFiles() {}

    /**
     * @throws InvalidRequestException when the file is missing, unreadable, over 1 MiB, or not a YAML mapping in UTF-8
     */
    static YamlFile read(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
                throw new InvalidRequestException(file.toString(), "is over 1 MiB; a recipe is a few lines of YAML");
            }
            return YamlFile.parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            List<String> siblings = in(file.toAbsolutePath().getParent())
                    .map(Path::getFileName)
                    .map(Path::toString)
                    .toList();
            throw new InvalidRequestException(
                    file.toString(),
                    "there is no such recipe"
                            + Suggestion.didYouMean(file.getFileName().toString(), siblings));
        } catch (CharacterCodingException e) {
            throw new InvalidRequestException(file.toString(), "is not UTF-8 text");
        } catch (IOException e) {
            throw new InvalidRequestException(file.toString(), "cannot be read: " + e.getMessage());
        }
    }

    /** Lists the YAML files of a folder by name; empty when the folder does not exist. */
    static Stream<Path> in(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".yaml")).sorted().toList().stream();
        } catch (IOException e) {
            throw new InvalidRequestException(folder.toString(), "cannot be listed: " + e.getMessage(), e);
        }
    }
}
