package org.sparkfinetune.zoo.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.testing.SharedFiles;
import org.sparkfinetune.zoo.card.Cards;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.network.Head;
import org.sparkfinetune.zoo.network.HeadSpec;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Observation;
import org.sparkfinetune.zoo.weights.CachedWeights;
import org.sparkfinetune.zoo.weights.WeightsCache;

/** The two cards whose network is in the file, with the real ResNet8. */
class ResNet8ImportTest {
    private static final ModelCard H5 = ModelZoo.card("resnet8-cifar10");
    private static final ModelCard ZIP = ModelZoo.card("resnet8-cifar10-zip");

    @TempDir
    Path folder;

    private Path file;
    private ComputationGraph network;

    @BeforeEach
    void load() {
        file = SharedFiles.require("models/resnet8-cifar10.h5");
        network = PretrainedNetwork.load(H5, cache().adopt(H5, file, line -> {}));
    }

    @Test
    void channelsFirstGivesWhatDeeplearning4jsOwnImportGivesChannelsLast() {
        ComputationGraph channelsLast = KerasH5Model.imported(file);
        INDArray pictures = pictures();
        INDArray expected =
                channelsLast.outputSingle(pictures.permute(0, 2, 3, 1).dup('c'));
        INDArray difference = Transforms.abs(network.outputSingle(pictures).sub(expected));
        assertThat(difference.maxNumber().floatValue()).isLessThan(1e-5f);
        assertThat(expected.sum(1).getFloat(0)).isEqualTo(1, within(1e-5f));
    }

    @Test
    void theTestPictureGivesTheGoldenOutputs() {
        assertThat(Observation.golden(H5.name()).orElseThrow().differences(Observation.of(H5, network)))
                .isEmpty();
    }

    @Test
    void anotherPictureDoesNot() {
        Observation golden = Observation.golden(H5.name()).orElseThrow();
        network.getLayer("conv2d").getParam("W").muli(1.1);
        assertThat(golden.differences(Observation.of(H5, network))).isNotEmpty();
    }

    @Test
    void trunkAndTailEqualTheWholeAtEveryFreezePoint() {
        INDArray pictures = pictures();
        ComputationGraph replaced = Head.replace(network, H5.head(), new HeadSpec(4, 16, 0, 0, 0, false), 1);
        for (ComputationGraph whole : List.of(network, replaced)) {
            for (String freezePoint : H5.freezePoints()) {
                NetworkCut cut = NetworkCut.at(whole, freezePoint);
                assertThat(cut.tail().outputSingle(cut.trunkOutput(pictures)).toFloatMatrix())
                        .as(freezePoint)
                        .isDeepEqualTo(whole.outputSingle(pictures).toFloatMatrix());
            }
        }
        assertThat(NetworkCut.upTo(network, "flatten").outputSingle(pictures).shape())
                .containsExactly(3, 64);
    }

    @Test
    void theSameNetworkComesOutOfADeeplearning4jZip() throws IOException {
        Path zip = folder.resolve("resnet8-cifar10.zip");
        ModelSerializer.writeModel(network, zip.toFile(), true);
        ComputationGraph read = PretrainedNetwork.load(ZIP, cache().adopt(ZIP, zip, line -> {}));
        assertThat(read.outputSingle(pictures())).isEqualTo(network.outputSingle(pictures()));
        NetworkFile.write(read, folder.resolve("shipped"));
        assertThat(NetworkFile.read(folder.resolve("shipped")).outputSingle(pictures()))
                .isEqualTo(network.outputSingle(pictures()));
    }

    @Test
    void aHostileZipLeavesTheCacheAgain() throws IOException {
        Path zip = Files.write(folder.resolve("evil.zip"), new byte[] {'P', 'K', 3, 4, 0, 0});
        CachedWeights weights = cache().adopt(ZIP, zip, line -> {});
        assertThatThrownBy(() -> PretrainedNetwork.load(ZIP, weights))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(weights.archive() + ": cannot be read to its end as a Deeplearning4j zip");
        assertThat(weights.archive()).doesNotExist();
        assertThat(zip).exists();
    }

    @Test
    void aPictureOfAnotherSizeThanTheNetworksIsRefused() {
        ModelCard wrong = Cards.ofSize(H5, 64);
        CachedWeights weights = cache().adopt(H5, file, line -> {});
        assertThatThrownBy(() -> PretrainedNetwork.load(wrong, weights))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("resnet8-cifar10:embedding.size: is 64, but flatten gives 256 floats");
        assertThat(weights.archive()).as("nothing is wrong with the weights").exists();
    }

    private WeightsCache cache() {
        return WeightsCache.of(
                Map.of("SPARK_FINETUNE_HOME", folder.resolve("home").toString()));
    }

    private static INDArray pictures() {
        Nd4j.getRandom().setSeed(2);
        return Nd4j.rand(DataType.FLOAT, 3, 3, 32, 32).muli(255);
    }
}
