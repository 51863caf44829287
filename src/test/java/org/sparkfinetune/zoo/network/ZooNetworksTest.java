package org.sparkfinetune.zoo.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.zoo.card.Cards;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.NetworkKind;

/** The networks that are built here: size, cuts and heads, with random weights. */
class ZooNetworksTest {
    @BeforeAll
    static void useTheEngineOfTheJobs() {
        NativeEngine.enable();
    }

    static List<String> built() {
        return ModelZoo.names().stream()
                .filter(name -> ModelZoo.card(name).network() != NetworkKind.IMPORTED)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "vgg16, 138357544",
        "vgg19, 143667240",
        "resnet50, 25636712",
        "squeezenet, 1235496",
        "darknet19, 20856776",
        "xception, 22910480"
    })
    void hasThePublishedNumberOfParameters(String name, long published) {
        ModelCard card = ModelZoo.card(name);
        long parameters = Networks.uninitialized(card, 0).getConfiguration().getVertices().values().stream()
                .filter(LayerVertex.class::isInstance)
                .map(vertex -> ((LayerVertex) vertex).getLayerConf())
                .mapToLong(layer -> layer.getLayer().initializer().numParams(layer))
                .sum();
        assertThat(parameters).isEqualTo(published).isEqualTo(card.parameters());
    }

    /** The smallest, on small pictures; ResNet50 has a test of its own, all others are below. */
    @Test
    void trunkAndTailEqualTheWholeAtEveryFreezePoint() {
        assertEveryCut(Cards.ofSize(ModelZoo.card("squeezenet"), 63));
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("built")
    void trunkAndTailEqualTheWholeAtEveryFreezePointAtFullSize(String name) {
        assertEveryCut(ModelZoo.card(name));
    }

    @Test
    void theNewHeadReadsThePooledFeatures() {
        assertNewHead("squeezenet", 63, "fire9", 512);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"darknet19, 64, activation_18, 1024", "xception, 71, avg_pool, 2048", "vgg16, 32, fc2, 4096"})
    void theNewHeadOfALargeNetworkReadsThePooledFeatures(String name, int pixels, String lastFreezePoint, int inputs) {
        assertNewHead(name, pixels, lastFreezePoint, inputs);
    }

    private static void assertNewHead(String name, int pixels, String lastFreezePoint, int inputs) {
        ModelCard card = Cards.ofSize(ModelZoo.card(name), pixels);
        ComputationGraph whole = network(card);
        ComputationGraph replaced = Head.replace(whole, card.head(), new HeadSpec(4, 8, 0, 0.5, 0, false), 1);
        NetworkCut cut = NetworkCut.at(replaced, lastFreezePoint);
        assertThat(cut.tail().numParams()).isEqualTo((inputs + 1) * 8L + 9 * 4);
        INDArray pictures = pictures(card);
        INDArray probabilities = replaced.outputSingle(pictures);
        assertThat(probabilities.shape()).containsExactly(2, 4);
        assertThat(cut.tail().outputSingle(cut.trunkOutput(pictures))).isEqualTo(probabilities);
    }

    private static void assertEveryCut(ModelCard card) {
        ComputationGraph whole = network(card);
        INDArray pictures = pictures(card);
        float[][] expected = whole.outputSingle(pictures).toFloatMatrix();
        assertThat(expected[0]).hasSize(1000).doesNotContain(Float.NaN);
        assertThat(expected[0]).as("says something about the picture").isNotEqualTo(expected[1]);
        for (String freezePoint : card.freezePoints()) {
            NetworkCut cut = NetworkCut.at(whole, freezePoint);
            ComputationGraph trunk = cut.trunk();
            ComputationGraph tail = cut.tail();
            INDArray[] activations = trunk.output(pictures);
            assertThat(tail.outputSingle(activations).toFloatMatrix())
                    .as(freezePoint)
                    .isDeepEqualTo(expected);
            assertJoined(whole, tail, activations, pictures);
            // Half a gigabyte each for VGG, which the garbage collector does not see.
            trunk.params().close();
            tail.params().close();
        }
        whole.params().close();
    }

    /** A tail that was changed, as by training, and then changed back: halves and doubles lose no bit. */
    private static void assertJoined(
            ComputationGraph whole, ComputationGraph tail, INDArray[] activations, INDArray pictures) {
        float[][] before = whole.outputSingle(pictures).toFloatMatrix();
        tail.params().muli(0.5);
        NetworkCut.joinInto(whole, tail);
        float[][] changed = whole.outputSingle(pictures).toFloatMatrix();
        assertThat(Arrays.deepEquals(changed, before)).isFalse();
        assertThat(tail.outputSingle(activations).toFloatMatrix()).isDeepEqualTo(changed);
        tail.params().muli(2);
        NetworkCut.joinInto(whole, tail);
        assertThat(whole.outputSingle(pictures).toFloatMatrix()).isDeepEqualTo(before);
    }

    private static ComputationGraph network(ModelCard card) {
        ComputationGraph network = Networks.uninitialized(card, 1);
        network.init();
        return network;
    }

    private static INDArray pictures(ModelCard card) {
        Nd4j.getRandom().setSeed(2);
        return Nd4j.randn(
                DataType.FLOAT, 2, 3, card.input().height(), card.input().width());
    }
}
