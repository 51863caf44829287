package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.zoo.card.WeightsSource;

/** A file on any other file system, {@code hdfs:} for example. */
record HadoopFile(RemoteFiles files) implements ArchiveOrigin {
    @Override
    public String name() {
        return "its file system";
    }

    @Override
    public boolean serves(WeightsSource source) {
        return !source.url().isEmpty()
                && !source.url().startsWith("file:")
                && !source.url().startsWith("https:")
                && !source.url().startsWith("http:");
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
