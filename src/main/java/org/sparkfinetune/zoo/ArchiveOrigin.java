package org.sparkfinetune.zoo;

import java.io.IOException;
import java.nio.file.Path;
import org.sparkfinetune.check.BadDataException;

/** Where {@link WeightsCache} gets an archive that it does not have. What it gives is checked by the cache, not here. */
sealed interface ArchiveOrigin permits MirrorFolder, NpmRegistry {
    /** For messages. */
    String name();

    /**
     * Puts the archive into a folder.
     *
     * @param workspace empty folder; whatever is left in it is removed by the caller
     * @return the file inside the workspace
     * @throws BadDataException when this origin does not have it or cannot be reached
     * @throws IOException when the workspace cannot be written
     */
    Path fetch(WeightsSource source, Path workspace) throws IOException;
}
