package org.sparkfinetune.zoo.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.PictureTensor;
import org.sparkfinetune.testing.Figures;
import org.sparkfinetune.testing.Photos;
import org.sparkfinetune.testing.SharedFiles;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.NetworkKind;
import org.sparkfinetune.zoo.files.PretrainedNetwork;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;
import org.sparkfinetune.zoo.weights.WeightsCache;

/**
 * Every card in full size, with random weights where the real ones are not at hand: on random numbers, on photos, and
 * on bytes. Takes 4 GB.
 */
@Tag("slow")
class EveryCardOnnxTest {
    private static final double TOLERANCE = 1e-4;
    private static final int PICTURES = 2;

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> everyCardIsTheSameInOnnx() {
        NativeEngine.enable();
        List<ModelCard> cards = ModelZoo.names().stream()
                .map(ModelZoo::card)
                // A file of the user's own.
                .filter(card -> !card.name().equals("resnet8-cifar10-zip"))
                .toList();
        assertThat(cards).hasSizeGreaterThan(6);
        return cards.stream().map(card -> DynamicTest.dynamicTest(card.name(), () -> isTheSame(card)));
    }

    private void isTheSame(ModelCard card) throws RejectedPictureException {
        ComputationGraph network = network(card);
        List<float[]> inputs = List.of(randomNumbers(card), photos(card));
        ComputationGraph embedding = NetworkCut.upTo(network, card.embedding().layer());
        double whole = new OnnxCase(network, card.input()).difference(inputs, PICTURES);
        double below = new OnnxCase(embedding, card.input()).difference(inputs, PICTURES);
        double bytes = new OnnxCase(network, card.input()).difference(OnnxInput.UINT8, PICTURES);
        // Half a gigabyte each for VGG, which the garbage collector does not see.
        embedding.params().close();
        network.params().close();
        Figures.tell("%s in ONNX: whole %.1e, embedding %.1e, from bytes %.1e", card.name(), whole, below, bytes);
        assertThat(whole).as("whole").isLessThan(TOLERANCE);
        assertThat(below).as("up to the embedding").isLessThan(TOLERANCE);
        assertThat(bytes).as("whole, from bytes").isLessThan(TOLERANCE);
    }

    private ComputationGraph network(ModelCard card) {
        if (card.network() != NetworkKind.IMPORTED) {
            return Networks.build(card, 1);
        }
        Path file = SharedFiles.require("models/resnet8-cifar10.h5");
        WeightsCache cache = WeightsCache.of(
                Map.of("SPARK_FINETUNE_HOME", folder.resolve("home").toString()));
        return PretrainedNetwork.load(card, cache.adopt(card, file, line -> {}));
    }

    private static float[] randomNumbers(ModelCard card) {
        Random random = new Random(5);
        float[] numbers = new float[PICTURES * card.input().floats()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static float[] photos(ModelCard card) throws RejectedPictureException {
        PictureTensor tensor = new PictureTensor(card.input(), PictureLimits.DEFAULT);
        float[] pixels = new float[PICTURES * tensor.floats()];
        List<byte[]> photos = Photos.of("daisy", PICTURES);
        for (int i = 0; i < PICTURES; i++) {
            tensor.write(photos.get(i), pixels, i * tensor.floats());
        }
        return pixels;
    }
}
