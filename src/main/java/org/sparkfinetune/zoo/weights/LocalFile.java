package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sparkfinetune.zoo.card.WeightsSource;

/** A file of this machine, named by {@code path} or by a {@code file:} address. It is copied, so that it may change later. */
record LocalFile() implements ArchiveOrigin {
    private static final String SCHEME = "file:";

    @Override
    public String name() {
        return "this machine";
    }

    @Override
    public boolean serves(WeightsSource source) {
        return !source.path().isEmpty() || source.url().startsWith(SCHEME);
    }

    @Override
    public boolean mayHold(WeightsSource source) {
        return Files.isReadable(file(source));
    }

    @Override
    public Path fetch(WeightsSource source, long maxBytes, Path workspace) throws IOException {
        return new OwnFile(file(source)).fetch(source, maxBytes, workspace);
    }

    private static Path file(WeightsSource source) {
        return source.path().isEmpty() ? Path.of(URI.create(source.url())) : Path.of(source.path());
    }
}
