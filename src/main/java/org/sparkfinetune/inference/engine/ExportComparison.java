package org.sparkfinetune.inference.engine;

import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.zoo.onnx.OnnxDescription;

/** Compares an exported file with the network it was exported from. */
public final class ExportComparison {
    /** Number of generated pictures used for comparison. */
    public static final int PICTURES = 3;

    private ExportComparison() {}

    /**
     * Runs both and returns their difference.
     *
     * @param network must not be used by others meanwhile
     * @return as {@link EngineDifference#relative}
     */
    public static double difference(ComputationGraph network, OnnxDescription description, Path file) {
        GeneratedPictures pictures = GeneratedPictures.of(description.preprocessing(), PICTURES);
        float[] pixels = pictures.pixels();
        try (OnnxEngine onnx = OnnxEngine.open(file, Runtime.getRuntime().availableProcessors())) {
            float[][][] found =
                    switch (description.input()) {
                        case FLOAT -> onnx.forward(pixels, PICTURES);
                        case UINT8 -> onnx.forward(pictures.rgb(), PICTURES);
                    };
            float[][][] expected = new Dl4jEngine(network, description.preprocessing()).forward(pixels, PICTURES);
            return EngineDifference.relative(found, expected);
        }
    }
}
