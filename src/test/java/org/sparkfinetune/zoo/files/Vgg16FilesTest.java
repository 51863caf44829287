package org.sparkfinetune.zoo.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.testing.Figures;
import org.sparkfinetune.zoo.card.Cards;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.WeightsSource;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;
import org.sparkfinetune.zoo.network.TestPicture;
import org.sparkfinetune.zoo.weights.CachedWeights;
import org.sparkfinetune.zoo.weights.WeightsCache;

/** VGG16 at full size, 138 million parameters, from both formats that its weights are published in. Takes 4 GB. */
@Tag("slow")
class Vgg16FilesTest {
    private static final ModelCard CARD =
            Cards.withSources(ModelZoo.card("vgg16"), Cards.unpinnedPath("vgg16.h5", WeightsSource.Format.KERAS_H5));
    private static final ModelCard ZIP_CARD =
            Cards.withSources(ModelZoo.card("vgg16"), Cards.unpinnedPath("vgg16.zip", WeightsSource.Format.DL4J_ZIP));

    @TempDir
    Path folder;

    @Test
    void kerasAndDeeplearning4jFilesOfTheSameWeightsGiveTheSameOutputs() throws IOException {
        NativeEngine.enable();
        INDArray picture = TestPicture.tensor(CARD.input());
        ComputationGraph original = Networks.build(CARD, 7);
        float[] expected = original.outputSingle(picture).toFloatVector();
        Path h5 = KerasFiles.write(folder.resolve("mine.h5"), KerasFiles.arrays(original));
        Path zip = folder.resolve("mine.zip");
        ModelSerializer.writeModel(original, zip.toFile(), false);
        original.params().close();

        assertThat(outputs(CARD, h5, picture)).containsExactly(expected);
        assertThat(outputs(ZIP_CARD, zip, picture)).containsExactly(expected);
    }

    private float[] outputs(ModelCard card, Path file, INDArray picture) {
        long start = System.nanoTime();
        WeightsCache cache = WeightsCache.of(
                Map.of("SPARK_FINETUNE_HOME", folder.resolve("home").toString()));
        CachedWeights weights = cache.adopt(card, file, line -> {});
        long copied = System.nanoTime();
        ComputationGraph network = PretrainedNetwork.load(card, weights);
        Figures.tell(
                "%s: %d ms to copy and check, %d ms to load",
                file.getFileName(), (copied - start) / 1_000_000, (System.nanoTime() - copied) / 1_000_000);
        assertThat(NetworkCut.upTo(network, card.embedding().layer())
                        .outputSingle(picture)
                        .shape())
                .containsExactly(1, 4096);
        float[] probabilities = network.outputSingle(picture).toFloatVector();
        network.params().close();
        return probabilities;
    }
}
