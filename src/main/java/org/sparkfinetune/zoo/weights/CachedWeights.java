package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.zoo.card.WeightsSource;

/**
 * Verified weights on this machine.
 *
 * @param source source of the file
 * @param archive file with the size and SHA-256 of the source, as far as the source gives them
 */
public record CachedWeights(WeightsSource source, Path archive) {
    /**
     * Returns the SHA-256 of the file: the pinned one, or the computed one when the source is unpinned.
     *
     * @return 64 lower-case hexadecimal digits
     * @throws BadDataException when the file cannot be read
     */
    public String sha256() {
        if (!source.unpinned()) {
            return source.sha256();
        }
        try {
            return Sha256.of(archive);
        } catch (IOException e) {
            throw new BadDataException(archive.toString(), "cannot be read: " + e, e);
        }
    }

    /**
     * Removes the file, because its content cannot be used.
     *
     * @throws BadDataException when it cannot be removed
     */
    public void discard() {
        try {
            Files.deleteIfExists(archive);
        } catch (IOException e) {
            throw new BadDataException(archive.toString(), "cannot be removed: " + e, e);
        }
    }
}
