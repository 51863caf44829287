package org.sparkfinetune.zoo;

import java.io.IOException;
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
     * Reads a network.
     *
     * @throws BadDataException when the file is missing or is no model of Deeplearning4j
     */
    public static ComputationGraph read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new BadDataException(file.toString(), "there is no such model");
        }
        try {
            return ModelSerializer.restoreComputationGraph(file.toFile(), false);
        } catch (IOException | RuntimeException e) {
            throw new BadDataException(
                    file.toString(), "is not a whole Deeplearning4j model.zip of a ComputationGraph: " + e, e);
        }
    }
}
