package org.sparkfinetune.inference.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.testing.Figures;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;
import org.sparkfinetune.zoo.onnx.OnnxDescription;
import org.sparkfinetune.zoo.onnx.OnnxExport;
import org.sparkfinetune.zoo.onnx.OnnxInput;

/**
 * Pictures per second of both engines, up to the embedding. Run by name; docs/adr/0003-onnx-export.md has its figures.
 */
class EngineBenchmark {
    private static final int BATCH = 8;
    private static final int PASSES = 4;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"resnet50", "vgg16", "squeezenet", "darknet19", "xception"})
    void upToTheEmbedding(String name) throws IOException {
        NativeEngine.enable();
        ModelCard card = ModelZoo.card(name);
        ComputationGraph whole = Networks.build(card, 1);
        ComputationGraph trunk = NetworkCut.upTo(whole, card.embedding().layer());
        whole.params().close();
        float[] pixels = GeneratedPictures.of(card.input(), BATCH).pixels();
        Path file = folder.resolve("trunk.onnx");
        long start = System.nanoTime();
        OnnxExport.write(trunk, new OnnxDescription("trunk", card.input(), List.of(), OnnxInput.FLOAT), file);
        double exportSeconds = (System.nanoTime() - start) / 1e9;
        Dl4jEngine dl4j = new Dl4jEngine(trunk, card.input());
        int threads = Runtime.getRuntime().availableProcessors();
        try (OnnxEngine onnx = OnnxEngine.open(file, threads)) {
            double difference = EngineDifference.relative(onnx.forward(pixels, BATCH), dl4j.forward(pixels, BATCH));
            Figures.tell(
                    "%s up to %s, batch %d, %d threads: Deeplearning4j %.1f pictures/s, ONNX Runtime %.1f pictures/s,"
                            + " difference %.1e, export %.1f s, %.0f MB",
                    name,
                    card.embedding().layer(),
                    BATCH,
                    threads,
                    picturesPerSecond(dl4j, pixels),
                    picturesPerSecond(onnx, pixels),
                    difference,
                    exportSeconds,
                    Files.size(file) / 1e6);
        }
        trunk.params().close();
    }

    /** The fastest pass: other load on the machine only makes passes slower. */
    private static double picturesPerSecond(InferenceEngine engine, float[] pixels) {
        double best = 0;
        for (int pass = 0; pass < PASSES; pass++) {
            long start = System.nanoTime();
            engine.forward(pixels, BATCH);
            best = Math.max(best, BATCH / ((System.nanoTime() - start) / 1e9));
        }
        return best;
    }
}
