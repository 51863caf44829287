package org.sparkfinetune.inference;

import java.io.Serializable;
import java.util.Objects;
import org.sparkfinetune.zoo.Preprocessing;

/**
 * What an executor needs to run a network: all that travels with a task. The network itself travels once to each executor, as
 * a file that Spark distributes.
 *
 * @param networkFile name of a file given to {@code SparkContext.addFile}, as {@link org.sparkfinetune.zoo.NetworkFile} writes
 *     it
 * @param sha256 of that file's content
 * @param input how a picture becomes the network's input
 */
public record EngineSpec(String networkFile, String sha256, Preprocessing input) implements Serializable {
    public EngineSpec {
        Objects.requireNonNull(networkFile, "networkFile");
        Objects.requireNonNull(sha256, "sha256");
        Objects.requireNonNull(input, "input");
    }
}
