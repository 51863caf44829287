package org.sparkfinetune.zoo.files;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Sha256;

/** Deeplearning4j's own {@code model.zip}, which any program with Deeplearning4j can open. */
public final class ModelArchive {
    private ModelArchive() {}

    /**
     * Writes atomically, without updater state. Nothing is compressed: that would make weights 9% smaller and take four
     * times as long. Equal networks give equal files.
     *
     * @return SHA-256 of the file, hexadecimal
     * @throws BadDataException when it cannot be written
     */
    public static String write(ComputationGraph network, Path file) {
        return AtomicFile.write(file, temporary -> {
            try (ZipOutputStream zip =
                    new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16))) {
                zip.setLevel(Deflater.NO_COMPRESSION);
                zip.putNextEntry(entry(ModelSerializer.CONFIGURATION_JSON));
                zip.write(network.getConfiguration().toJson().getBytes(StandardCharsets.UTF_8));
                zip.putNextEntry(entry(ModelSerializer.COEFFICIENTS_BIN));
                DataOutputStream coefficients = new DataOutputStream(new BufferedOutputStream(zip, 1 << 16));
                Nd4j.write(network.params(), coefficients);
                coefficients.flush();
            }
            return Sha256.of(temporary);
        });
    }

    private static ZipEntry entry(String name) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        return entry;
    }

    /**
     * Reads a network without running code from the file (see {@link Dl4jZip}).
     *
     * @param parameters required number, with running statistics
     * @throws BadDataException when the file is missing, damaged, hostile or another network
     */
    public static ComputationGraph read(Path file, long parameters) {
        if (!Files.isRegularFile(file)) {
            throw new BadDataException(file.toString(), "there is no such model");
        }
        return Dl4jZip.read(file, parameters);
    }
}
