package org.sparkfinetune.zoo.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sparkfinetune.check.BadDataException;

/** Writes a file so that no reader ever sees an incomplete one. */
public final class AtomicFile {
    private AtomicFile() {}

    /** Writes to a temporary path in the folder of the file. */
    public interface Writer<T> {
        T write(Path temporary) throws IOException;
    }

    /**
     * Writes under a temporary name, then renames.
     *
     * @return result of the writer
     * @throws BadDataException when it cannot be written; the temporary file is removed then
     */
    public static <T> T write(Path file, Writer<T> writer) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            Path temporary = Files.createTempFile(folder, "." + file.getFileName(), ".tmp");
            try {
                T result = writer.write(temporary);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
                return result;
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new BadDataException(
                    file.toString(), "cannot be written (is the disk full, is the folder writable?): " + e, e);
        }
    }
}
