package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.nio.file.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.zoo.card.WeightsSource;

/** An origin of files that are not in the {@link WeightsCache} yet. The cache checks the files. */
sealed interface ArchiveOrigin permits NpmRegistry, HttpsHost, CopiedFile, WeightsOnStore {
    /** Returns the name for messages. */
    String name();

    /** Returns whether this origin may have the file of a source. */
    boolean serves(WeightsSource source);

    /** Returns false when it is certain, without asking a network, that this origin does not have the file. */
    default boolean mayHold(WeightsSource source) {
        return true;
    }

    /**
     * Writes the file into a folder.
     *
     * @param source source that this origin {@link #serves}
     * @param maxBytes most bytes to write; a larger file is refused
     * @param workspace empty folder, which the caller removes
     * @return the file inside the workspace
     * @throws BadDataException when this origin does not have the file or cannot be reached
     * @throws IOException when the workspace cannot be written
     */
    Path fetch(WeightsSource source, long maxBytes, Path workspace) throws IOException;
}
