package org.sparkfinetune.zoo.card;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Suggestion;
import org.sparkfinetune.config.YamlFile;

/** The model cards: those of {@code model-zoo/}, which are in the jar, and card files of the user. */
public final class ModelZoo {
    private static final String FOLDER = "model-zoo/";
    private static final String EXTENSION = ".yaml";

    private ModelZoo() {}

    /** Returns the names of the bundled cards, sorted. */
    public static List<String> names() {
        return entries().stream()
                .filter(entry -> entry.startsWith(FOLDER) && entry.endsWith(EXTENSION))
                .map(entry -> entry.substring(FOLDER.length(), entry.length() - EXTENSION.length()))
                .sorted()
                .toList();
    }

    /**
     * Finds a card.
     *
     * @param nameOrPath name of a bundled card, or the path of a card file, which ends in {@code .yaml}
     * @throws InvalidRequestException when there is no such card, or with every problem of its file
     */
    public static ModelCard card(String nameOrPath) {
        if (nameOrPath.endsWith(EXTENSION)) {
            return YamlFile.bind(nameOrPath, file(nameOrPath), ModelCard.class);
        }
        if (!names().contains(nameOrPath)) {
            throw new InvalidRequestException(
                    "model",
                    "\"" + nameOrPath + "\" is not in the model zoo; allowed are " + names()
                            + " or the path of a card file that ends in .yaml"
                            + Suggestion.didYouMean(nameOrPath, names()));
        }
        String fileName = nameOrPath + EXTENSION;
        return YamlFile.bind("model-zoo/" + fileName, bundled(fileName), ModelCard.class);
    }

    /** Returns the paths inside the jar, or the folder of classes, of this class. */
    private static List<String> entries() {
        Path home = Path.of(URI.create(ModelZoo.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
        try {
            if (Files.isDirectory(home)) {
                try (Stream<Path> files = Files.list(home.resolve(FOLDER))) {
                    return files.map(file -> FOLDER + file.getFileName()).toList();
                }
            }
            try (ZipFile jar = new ZipFile(home.toFile())) {
                return jar.stream().map(ZipEntry::getName).toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the model cards in " + home, e);
        }
    }

    private static String file(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (NoSuchFileException e) {
            throw new InvalidRequestException(path, "there is no such model card", e);
        } catch (IOException e) {
            throw new InvalidRequestException(path, "cannot be read as a model card: " + e, e);
        }
    }

    private static String bundled(String fileName) {
        try (InputStream stream = ModelZoo.class.getResourceAsStream("/" + FOLDER + fileName)) {
            if (stream == null) {
                throw new IllegalStateException(FOLDER + fileName + " is missing from the jar");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
