package org.sparkfinetune.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import org.sparkfinetune.testing.HostilePictures;

/** Writes every picture of the table in docs/pictures.md into a folder. */
public final class HostileFolder {
    private HostileFolder() {}

    /** @param arguments the folder, which must not exist */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        for (HostilePictures.Case odd : HostilePictures.all()) {
            Files.write(folder.resolve(odd.name()), odd.bytes());
        }
        HostilePictures.makeSpecialFiles(folder);
    }
}
