package org.sparkfinetune.zoo.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.PictureTensor;
import org.sparkfinetune.inference.engine.Dl4jEngine;
import org.sparkfinetune.inference.engine.EngineDifference;
import org.sparkfinetune.inference.engine.OnnxEngine;
import org.sparkfinetune.testing.SharedFiles;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.files.PretrainedNetwork;
import org.sparkfinetune.zoo.weights.WeightsCache;

/** The real weights on real photos. */
@Tag("weights")
class PretrainedOnnxTest {
    private static final int PHOTOS = 8;
    private static final ModelCard CARD = ModelZoo.card("resnet50");

    @TempDir
    Path folder;

    @Test
    void photosGiveTheSameProbabilities() throws IOException, RejectedPictureException {
        NativeEngine.enable();
        float[] pixels = pixels(photos());
        ComputationGraph network =
                PretrainedNetwork.load(CARD, WeightsCache.of(System.getenv()).fetch(CARD, line -> {}));
        Path file = folder.resolve("model.onnx");
        OnnxExport.write(network, new OnnxDescription("resnet50", CARD.input(), List.of(), OnnxInput.FLOAT), file);
        try (OnnxEngine onnx = OnnxEngine.open(file, 2)) {
            float[][][] expected = new Dl4jEngine(network, CARD.input()).forward(pixels, PHOTOS);
            double difference = EngineDifference.relative(onnx.forward(pixels, PHOTOS), expected);
            assertThat(difference).isLessThan(1e-4);
        }
    }

    private static float[] pixels(List<Path> photos) throws IOException, RejectedPictureException {
        PictureTensor tensor = new PictureTensor(CARD.input(), PictureLimits.DEFAULT);
        float[] pixels = new float[photos.size() * tensor.floats()];
        for (int i = 0; i < photos.size(); i++) {
            tensor.write(Files.readAllBytes(photos.get(i)), pixels, i * tensor.floats());
        }
        return pixels;
    }

    private static List<Path> photos() throws IOException {
        try (Stream<Path> files = Files.list(SharedFiles.require("data/caltech10x80/grand_piano"))) {
            return files.sorted().limit(PHOTOS).toList();
        }
    }
}
