package org.sparkfinetune.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Photos and weights that are no part of a clone: the folder {@code shared} beside it, or beside a folder above it. */
public final class SharedFiles {
    private static final String SHARED = "../shared";

    private SharedFiles() {}

    /** A file or folder, such as {@code data/flowers5x100}; empty on a machine without it. */
    public static Optional<Path> find(String name) {
        for (Path home = Path.of("").toAbsolutePath(); home != null; home = home.getParent()) {
            Path found = home.resolve(SHARED).resolve(name);
            if (Files.exists(found)) {
                return Optional.of(found.normalize());
            }
        }
        return Optional.empty();
    }

    /** The same, for a test that makes no sense without: it is skipped, and says why. */
    public static Path require(String name) {
        Optional<Path> found = find(name);
        Assumptions.assumeTrue(found.isPresent(), SHARED + "/" + name + " is not on this machine");
        return found.orElseThrow();
    }
}
