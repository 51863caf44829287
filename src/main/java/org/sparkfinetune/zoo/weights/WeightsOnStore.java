package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.zoo.card.WeightsSource;

/** A file on a file system other than this machine's and the web, {@code hdfs:} for example. */
record WeightsOnStore(RemoteFiles files) implements ArchiveOrigin {
    @Override
    public String name() {
        return "its file system";
    }

    @Override
    public boolean serves(WeightsSource source) {
        return !source.url().isEmpty() && Stream.of("file:", "https:", "http:").noneMatch(source.url()::startsWith);
    }

    @Override
    public Path fetch(WeightsSource source, long maxBytes, Path workspace) throws IOException {
        try (InputStream stream = open(source)) {
            return LimitedCopy.to(workspace.resolve(source.archiveName()), stream, maxBytes, source.url());
        }
    }

    private InputStream open(WeightsSource source) {
        try {
            return files.open(URI.create(source.url()));
        } catch (IOException e) {
            throw new BadDataException(source.url(), "cannot be opened: " + e, e);
        }
    }
}
