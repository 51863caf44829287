package org.sparkfinetune.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A few photos of flowers, or generated pictures of their size on a machine that has no photos. */
public final class Photos {
    /** The photos, below {@code ../shared}. */
    public static final String FLOWERS = "data/flowers5x100";

    /** Classes, sorted. */
    public static final List<String> CLASSES = List.of("daisy", "roses", "tulips");

    private Photos() {}

    /** Whether there are real ones. */
    public static boolean areReal() {
        return SharedFiles.find(FLOWERS).isPresent();
    }

    /** Writes {@code folder/CLASS/*.jpg}. */
    public static void write(Path folder, int each) throws IOException {
        for (String name : CLASSES) {
            List<byte[]> pictures = of(name, each);
            Files.createDirectories(folder.resolve(name));
            for (int i = 0; i < each; i++) {
                Files.write(folder.resolve(name).resolve(i + ".jpg"), pictures.get(i));
            }
        }
    }

    /** The first pictures of a class, as JPEG. */
    public static List<byte[]> of(String name, int count) {
        Optional<Path> photos = SharedFiles.find(FLOWERS);
        return photos.isPresent() ? read(photos.get().resolve(name), count) : generated(name, count);
    }

    private static List<byte[]> read(Path folder, int count) {
        List<byte[]> pictures = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().limit(count).toList()) {
                pictures.add(Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pictures;
    }

    private static List<byte[]> generated(String name, int count) {
        List<byte[]> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pictures.add(TestPictures.noise("jpg", 240, 256, 1000L * CLASSES.indexOf(name) + i));
        }
        return pictures;
    }
}
