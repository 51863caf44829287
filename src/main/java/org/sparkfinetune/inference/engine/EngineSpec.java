package org.sparkfinetune.inference.engine;

import java.util.Objects;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * Describes a network to executors; travels with each task. The network itself is a file that Spark distributes once to
 * each executor.
 *
 * @param kind engine
 * @param networkFile name of a file added with {@code SparkContext.addFile}, in the format of {@code kind}
 * @param sha256 of the network, the same for every kind: of the file that
 *     {@link org.sparkfinetune.zoo.files.NetworkFile} writes
 * @param input preprocessing of a picture into the network's input
 * @param lasting whether an executor keeps the network loaded while it runs others: a job has one network at a time, a
 *     program may have several in one chain of transformations
 */
public record EngineSpec(Kind kind, String networkFile, String sha256, Preprocessing input, boolean lasting)
        implements TaskNetwork {
    public EngineSpec {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(networkFile, "networkFile");
        Objects.requireNonNull(sha256, "sha256");
        Objects.requireNonNull(input, "input");
    }

    /** Returns a spec without a network: the pixels are the activations, for a network without frozen layers. */
    public static EngineSpec pixels(Preprocessing input) {
        return new EngineSpec(Kind.PIXELS, "", "", input, false);
    }

    /**
     * Runs the network in this JVM, which loads it at the first use. Safe for many threads.
     *
     * @param pixels as for {@link InferenceEngine#forward}
     * @return as {@link InferenceEngine#forward}
     */
    public float[][][] forward(float[] pixels, int count) {
        return EnginePool.with(this, network -> network.forward(pixels, count));
    }

    /** For tasks that share an executor and have not limited their native threads themselves. */
    @Override
    public float[][][] forwardInTask(float[] pixels, int count) {
        try (EngineThreads share = EngineThreads.ofTask(kind)) {
            return forward(pixels, count);
        }
    }

    /** The engine that runs a network. */
    public enum Kind {
        /** ONNX Runtime; the file is from {@link org.sparkfinetune.zoo.onnx.OnnxExport}. */
        ONNX,
        /** Deeplearning4j; the file is from {@link org.sparkfinetune.zoo.files.NetworkFile}. */
        DL4J,
        /** No network. */
        PIXELS
    }
}
