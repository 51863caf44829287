package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.zoo.card.WeightsSource;

/**
 * One file, whatever source it is offered for. It is copied, so that it may change later.
 *
 * @param file of this machine
 */
record OwnFile(Path file) implements ArchiveOrigin {
    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public boolean serves(WeightsSource source) {
        return true;
    }

    @Override
    public Path fetch(WeightsSource source, long maxBytes, Path workspace) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new BadDataException(file.toString(), "there is no such file of weights");
        }
        try (InputStream stream = Files.newInputStream(file)) {
            return LimitedCopy.to(workspace.resolve(source.archiveName()), stream, maxBytes, file.toString());
        }
    }
}
