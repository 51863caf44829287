package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sparkfinetune.check.BadDataException;

/** Copies a stream to a file up to a limit: an endless answer must not fill the disk. */
final class LimitedCopy {
    private LimitedCopy() {}

    /**
     * Copies to the end of the stream.
     *
     * @param place origin of the stream, for messages
     * @return the file
     * @throws BadDataException when the stream has more than {@code maxBytes}, or is interrupted
     * @throws IOException when the file cannot be written
     */
    static Path to(Path file, InputStream stream, long maxBytes, String place) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int count = read(stream, buffer, place, total);
                    count >= 0;
                    count = read(stream, buffer, place, total)) {
                total += count;
                if (total > maxBytes) {
                    throw new BadDataException(place, "has more than the " + maxBytes + " bytes that are allowed");
                }
                out.write(buffer, 0, count);
            }
        }
        return file;
    }

    private static int read(InputStream stream, byte[] buffer, String place, long total) {
        try {
            return stream.read(buffer);
        } catch (IOException e) {
            throw new BadDataException(place, "broke off after " + total + " bytes: " + e, e);
        }
    }
}
