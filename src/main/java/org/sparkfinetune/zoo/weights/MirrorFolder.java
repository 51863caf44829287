package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.zoo.card.WeightsSource;

/**
 * A folder, on a shared disk for example, that holds files under their {@linkplain WeightsSource#archiveName() names}, or under those
 * that the cache gives them: the cache of another machine is a mirror.
 *
 * @param folder need not exist; then nothing is found in it
 */
record MirrorFolder(Path folder) implements ArchiveOrigin {

    /**
     * From the user's words.
     *
     * @param pathOrUri a path or a {@code file:} URI
     * @throws InvalidRequestException when it is neither
     */
    static MirrorFolder named(String pathOrUri) {
        try {
            return new MirrorFolder(
                    pathOrUri.startsWith("file:") ? Path.of(URI.create(pathOrUri)) : Path.of(pathOrUri));
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(
                    WeightsCache.MIRROR_VARIABLE,
                    "must be a folder, as a path or a file: URI, found \"" + pathOrUri + "\"",
                    e);
        }
    }

    @Override
    public String name() {
        return "the mirror " + folder;
    }

    @Override
    public boolean serves(WeightsSource source) {
        return true;
    }

    @Override
    public boolean mayHold(WeightsSource source) {
        return Files.isReadable(file(source));
    }

    private Path file(WeightsSource source) {
        Path cached = folder.resolve(source.cacheName());
        return Files.isReadable(cached) ? cached : folder.resolve(source.archiveName());
    }

    @Override
    public Path fetch(WeightsSource source, long maxBytes, Path workspace) throws IOException {
        Path file = file(source);
        if (!Files.isReadable(file)) {
            throw new BadDataException(file.toString(), "is not in the mirror");
        }
        try (InputStream stream = Files.newInputStream(file)) {
            return LimitedCopy.to(workspace.resolve(source.archiveName()), stream, maxBytes, file.toString());
        }
    }
}
