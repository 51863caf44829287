package org.sparkfinetune.inference.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.files.NetworkFile;

/**
 * A network sent as a file to the executors, once to each.
 *
 * @param engine spec that tasks need to run it
 * @param description engine and reason for it, in words
 */
public record ShippedNetwork(EngineSpec engine, String description) {

    /**
     * Makes a network available to every task of this Spark application.
     *
     * @param network network whose outputs the tasks will use
     * @param choice choice of the engine
     * @param samples some encoded pictures of the job, on which ONNX Runtime is compared with Deeplearning4j; generated
     *     ones are used when none of them can be decoded
     * @throws org.sparkfinetune.check.InvalidRequestException when ONNX is requested and the network has a vertex that
     *     ONNX cannot express
     */
    public static ShippedNetwork ship(
            SparkContext spark,
            ComputationGraph network,
            Preprocessing input,
            EngineChoice choice,
            List<byte[]> samples) {
        try {
            Path folder = Files.createTempDirectory("spark-finetune");
            folder.toFile().deleteOnExit();
            String name = "network-" + UUID.randomUUID();
            Path networkFile = folder.resolve(name);
            Path onnxFile = folder.resolve(name + ".onnx");
            String sha256 = NetworkFile.write(network, networkFile);
            OnnxTrial.Verdict verdict = choice == EngineChoice.DL4J
                    ? OnnxTrial.Verdict.notWanted()
                    : new OnnxTrial(network, input).run(onnxFile, choice, samples);
            EngineSpec.Kind kind = verdict.trusted() ? EngineSpec.Kind.ONNX : EngineSpec.Kind.DL4J;
            Path used = verdict.trusted() ? onnxFile : networkFile;
            Files.deleteIfExists(verdict.trusted() ? networkFile : onnxFile);
            spark.addFile(used.toString());
            // Spark serves the file from its original place until the application ends.
            used.toFile().deleteOnExit();
            EngineSpec spec = new EngineSpec(kind, used.getFileName().toString(), sha256, input, false);
            return new ShippedNetwork(spec, verdict.description());
        } catch (IOException e) {
            throw new UncheckedIOException("the network cannot be written to the temporary folder", e);
        }
    }

    /** Returns a copy for a program that may run several networks side by side, see {@link EngineSpec#lasting}. */
    public ShippedNetwork lasting() {
        return new ShippedNetwork(
                new EngineSpec(engine.kind(), engine.networkFile(), engine.sha256(), engine.input(), true),
                description);
    }
}
