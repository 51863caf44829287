package org.sparkfinetune.zoo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;

class ResNet50NetworkTest {
    private static final ModelCard CARD = ModelZoo.card("resnet50");
    private static ComputationGraph network;
    private static INDArray picture;
    private static float[][] probabilities;

    @BeforeAll
    static void build() {
        NativeEngine.enable();
        network = Networks.build(CARD, 5);
        Nd4j.getRandom().setSeed(6);
        picture = Nd4j.rand(DataType.FLOAT, 1, 3, 224, 224).muli(255).subi(115);
        probabilities = network.outputSingle(picture).toFloatMatrix();
    }

    static List<String> freezePoints() {
        return CARD.freezePoints();
    }

    @Test
    void isThePublishedNetworkAndNotTheZooClass() {
        assertThat(layer("res2a_branch2a", ConvolutionLayer.class).getStride()).containsExactly(1, 1);
        assertThat(layer("res2a_branch1", ConvolutionLayer.class).getStride()).containsExactly(1, 1);
        assertThat(layer("res3a_branch2a", ConvolutionLayer.class).getStride()).containsExactly(2, 2);
        assertThat(layer("stem-maxpool1", SubsamplingLayer.class).getPadding()).containsExactly(1, 1);
        assertThat(layer("avgpool", SubsamplingLayer.class).getPoolingType()).isEqualTo(PoolingType.AVG);
        assertThat(layer("bn5c_branch2c", BatchNormalization.class).getEps()).isEqualTo(1e-3);
        assertThat(network.numParams()).isEqualTo(25_636_712);
    }

    @Test
    void carriesNoRegularisation() {
        for (var layer : network.getLayers()) {
            if (layer.conf().getLayer() instanceof BaseLayer base) {
                assertThat(base.getRegularization()).isEmpty();
                assertThat(base.getRegularizationBias()).isEmpty();
            }
        }
    }

    @Test
    void aRandomNetworkStartsAsKerasDoes() {
        INDArray kernels = network.getLayer("res3a_branch2b").getParam("W");
        double bound = Math.sqrt(6.0 / (2 * 128 * 3 * 3));
        assertThat(kernels.amaxNumber().doubleValue()).isBetween(0.99 * bound, bound);
        assertThat(kernels.stdNumber().doubleValue()).isCloseTo(bound / Math.sqrt(3), within(0.01 * bound));
        assertThat(network.getLayer("bn3a_branch2b")
                        .getParam("gamma")
                        .minNumber()
                        .doubleValue())
                .isEqualTo(1);
    }

    @Test
    void theEmbeddingOfARandomNetworkNeitherVanishesNorExplodes() {
        INDArray[] activations = NetworkCut.at(network, "avgpool").trunkOutput(picture);
        assertThat(activations).hasSize(1);
        assertThat(activations[0].shape()).containsExactly(1, 2048, 1, 1);
        assertThat(activations[0].stdNumber().doubleValue()).isBetween(3.0, 300.0);
    }

    @ParameterizedTest
    @MethodSource("freezePoints")
    void trunkAndTailEqualTheWholeBitByBit(String freezePoint) {
        NetworkCut cut = NetworkCut.at(network, freezePoint);
        INDArray joined = cut.tail().outputSingle(cut.trunkOutput(picture));
        assertThat(joined.toFloatMatrix()).isDeepEqualTo(probabilities);
    }

    private static <T> T layer(String name, Class<T> type) {
        return type.cast(network.getLayer(name).conf().getLayer());
    }
}
