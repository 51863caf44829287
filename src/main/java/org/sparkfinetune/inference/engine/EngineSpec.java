package org.sparkfinetune.inference.engine;

import java.util.Objects;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * What an executor needs to run a network: all that travels with a task. The network itself travels once to each executor, as
 * a file that Spark distributes.
 *
 * @param kind who runs it
 * @param networkFile name of a file given to {@code SparkContext.addFile}, in the format of {@code kind}
 * @param sha256 digest of the file that {@link org.sparkfinetune.zoo.files.NetworkFile} writes, the same for every kind
 * @param input how a picture becomes the network's input
 * @param lasting whether an executor keeps it loaded while it runs others: a job has one network at a time, a program may
 *     have several in one row of transformations
 */
public record EngineSpec(Kind kind, String networkFile, String sha256, Preprocessing input, boolean lasting)
        implements TaskNetwork {
    public EngineSpec {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(networkFile, "networkFile");
        Objects.requireNonNull(sha256, "sha256");
        Objects.requireNonNull(input, "input");
    }

    /** No network: the pixels are the activations, for a network of which nothing is frozen. */
    public static EngineSpec pixels(Preprocessing input) {
        return new EngineSpec(Kind.PIXELS, "", "", input, false);
    }

    /**
     * Runs the network in this JVM, which loads it when it is asked for first. Safe for many threads.
     *
     * @param pixels as for {@link InferenceEngine#forward}
     * @return as {@link InferenceEngine#forward}
     */
    public float[][][] forward(float[] pixels, int count) {
        return EnginePool.with(this, network -> network.forward(pixels, count));
    }

    /** For tasks that share an executor and have set no limit of native threads themselves. */
    @Override
    public float[][][] forwardInTask(float[] pixels, int count) {
        try (EngineThreads share = EngineThreads.ofTask(kind)) {
            return forward(pixels, count);
        }
    }

    /** Who runs a network. */
    public enum Kind {
        /** ONNX Runtime; the file is one of {@link org.sparkfinetune.zoo.onnx.OnnxExport}. */
        ONNX,
        /** Deeplearning4j; the file is one of {@link org.sparkfinetune.zoo.files.NetworkFile}. */
        DL4J,
        /** There is no network. */
        PIXELS
    }
}
