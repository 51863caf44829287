package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.nio.file.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.zoo.card.WeightsSource;

/** Where {@link WeightsCache} gets an archive that it does not have. What it gives is checked by the cache, not here. */
sealed interface ArchiveOrigin permits MirrorFolder, NpmRegistry, HttpsHost, LocalFile, HadoopFile, OwnFile {
    /** For messages. */
    String name();

    /** Whether this origin is the place, or may hold a copy, of the source. */
    boolean serves(WeightsSource source);

    /** False when it is certain, without asking a network, that the source is not to be had here. */
    default boolean mayHold(WeightsSource source) {
        return true;
    }

    /**
     * Puts the archive into a folder.
     *
     * @param source one that it {@link #serves}
     * @param maxBytes more than this is not written, and the file is refused
     * @param workspace empty folder; whatever is left in it is removed by the caller
     * @return the file inside the workspace
     * @throws BadDataException when this origin does not have it or cannot be reached
     * @throws IOException when the workspace cannot be written
     */
    Path fetch(WeightsSource source, long maxBytes, Path workspace) throws IOException;
}
