package org.sparkfinetune.inference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.zoo.NetworkFile;
import org.sparkfinetune.zoo.Preprocessing;

/** Sends a network to the executors, once to each, as a file. */
public final class ShippedNetwork {
    private ShippedNetwork() {}

    /**
     * Makes a network available to every task of this Spark application.
     *
     * @param network whose outputs tasks will ask for
     */
    public static EngineSpec ship(SparkContext spark, ComputationGraph network, Preprocessing input) {
        try {
            Path file = Files.createTempDirectory("spark-finetune").resolve("network-" + UUID.randomUUID());
            String sha256 = NetworkFile.write(network, file);
            spark.addFile(file.toString());
            // Spark serves the file from where it was until the application ends.
            file.toFile().deleteOnExit();
            file.getParent().toFile().deleteOnExit();
            return new EngineSpec(file.getFileName().toString(), sha256, input);
        } catch (IOException e) {
            throw new UncheckedIOException("the network cannot be written to the temporary folder", e);
        }
    }
}
