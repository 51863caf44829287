package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Predicate;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.zoo.card.WeightsSource;

/**
 * A file of this machine or of a shared disk. It is copied, so that it may change later.
 *
 * @param name origin of the file, for messages
 * @param served sources that the file may be the weights of
 * @param file path of the weights of a source
 */
record CopiedFile(String name, Predicate<WeightsSource> served, Function<WeightsSource, Path> file)
        implements ArchiveOrigin {
    private static final String SCHEME = "file:";

    /** The file that a source names by {@code path} or by a {@code file:} address. */
    static CopiedFile ofThisMachine() {
        return new CopiedFile(
                "this machine",
                source -> !source.path().isEmpty() || source.url().startsWith(SCHEME),
                source -> source.path().isEmpty() ? Path.of(URI.create(source.url())) : Path.of(source.path()));
    }

    /** One file, whatever source it is offered for. */
    static CopiedFile offered(Path file) {
        return new CopiedFile(file.toString(), source -> true, source -> file);
    }

    /**
     * A folder, on a shared disk for example, that holds files under their
     * {@linkplain WeightsSource#archiveName() names}, or under those that the cache gives them: the cache of another
     * machine is a mirror.
     *
     * @param pathOrUri a path or a {@code file:} URI of a folder, which need not exist; then nothing is found in it
     * @throws InvalidRequestException when it is neither
     */
    static CopiedFile mirror(String pathOrUri) {
        try {
            Path folder = pathOrUri.startsWith(SCHEME) ? Path.of(URI.create(pathOrUri)) : Path.of(pathOrUri);
            return new CopiedFile("the mirror " + folder, source -> true, source -> {
                Path cached = folder.resolve(source.cacheName());
                return Files.isReadable(cached) ? cached : folder.resolve(source.archiveName());
            });
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(
                    WeightsCache.MIRROR_VARIABLE,
                    "must be a folder, as a path or a file: URI, found \"" + pathOrUri + "\"",
                    e);
        }
    }

    @Override
    public boolean serves(WeightsSource source) {
        return served.test(source);
    }

    @Override
    public boolean mayHold(WeightsSource source) {
        return isReadable(file.apply(source));
    }

    @Override
    public Path fetch(WeightsSource source, long maxBytes, Path workspace) throws IOException {
        Path found = file.apply(source);
        if (!isReadable(found)) {
            throw new BadDataException(found.toString(), "there is no such file of weights");
        }
        try (InputStream stream = Files.newInputStream(found)) {
            return LimitedCopy.to(workspace.resolve(source.archiveName()), stream, maxBytes, found.toString());
        }
    }

    private static boolean isReadable(Path path) {
        return Files.isRegularFile(path) && Files.isReadable(path);
    }
}
