package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.zoo.card.PublishedChecksum;
import org.sparkfinetune.zoo.card.WeightsSource;

/** Compares a file with what its source promises. */
final class WeightsMismatch {
    private WeightsMismatch() {}

    /** What is wrong with the file, if anything: size first, because that costs nothing. */
    static Optional<String> of(Path file, WeightsSource source) {
        try {
            long bytes = Files.size(file);
            if (source.bytes() > 0 && bytes != source.bytes()) {
                return Optional.of("has " + bytes + " bytes, expected " + source.bytes());
            }
            if (!source.checksum().isEmpty()) {
                String checksum = PublishedChecksum.of(file, source.checksum());
                if (!checksum.equals(source.checksum())) {
                    return Optional.of("has the checksum " + checksum + ", expected " + source.checksum());
                }
            }
            if (source.unpinned()) {
                return Optional.empty();
            }
            String sha256 = Sha256.of(file);
            return sha256.equals(source.sha256())
                    ? Optional.empty()
                    : Optional.of("has the SHA-256 " + sha256 + ", expected " + source.sha256());
        } catch (IOException e) {
            return Optional.of("cannot be read: " + e);
        }
    }
}
