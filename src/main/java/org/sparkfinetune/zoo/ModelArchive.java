package org.sparkfinetune.zoo;

import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Sha256;

/** Deeplearning4j's own {@code model.zip}, which any program with Deeplearning4j opens without a class of ours. */
public final class ModelArchive {
    private ModelArchive() {}

    /**
     * Writes atomically, without updater state.
     *
     * @return SHA-256 of the file, hexadecimal
     * @throws BadDataException when it cannot be written
     */
    public static String write(ComputationGraph network, Path file) {
        return AtomicFile.write(file, temporary -> {
            ModelSerializer.writeModel(network, temporary.toFile(), false);
            return Sha256.of(temporary);
        });
    }

    /**
     * Reads a network without running anything that the file brings along (see {@link Dl4jZip}).
     *
     * @param parameters that it must have, running statistics included
     * @throws BadDataException when the file is missing, damaged, hostile or another network
     */
    public static ComputationGraph read(Path file, long parameters) {
        if (!Files.isRegularFile(file)) {
            throw new BadDataException(file.toString(), "there is no such model");
        }
        return Dl4jZip.read(file, parameters);
    }
}
