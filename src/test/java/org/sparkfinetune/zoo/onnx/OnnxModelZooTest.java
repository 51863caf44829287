package org.sparkfinetune.zoo.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.network.Head;
import org.sparkfinetune.zoo.network.HeadSpec;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;

/** A ResNet50 in full size, with random weights: whole, in part, and with another head. */
class OnnxModelZooTest {
    private static final double TOLERANCE = 1e-4;
    private static final ModelCard CARD = ModelZoo.card("resnet50");
    private static ComputationGraph network;

    @BeforeAll
    static void build() {
        NativeEngine.enable();
        network = Networks.build(CARD, 3);
    }

    @Test
    void theWholeNetworkIsTheSame() {
        OnnxCase whole = new OnnxCase(network, CARD.input());
        assertThat(whole.difference(OnnxInput.UINT8, 2)).isLessThan(TOLERANCE);
        assertThat(whole.model(OnnxInput.FLOAT).getGraph().getNodeList())
                .noneMatch(node -> node.getOpType().equals("Mul"))
                .filteredOn(node -> node.getOpType().equals("Conv"))
                .hasSize(53);
    }

    @Test
    void aTrunkWithTwoOutputsIsTheSame() {
        NetworkCut cut = NetworkCut.at(network, "bn3b_branch2b");
        assertThat(cut.boundary()).hasSize(2);
        assertThat(new OnnxCase(cut.trunk(), CARD.input()).difference(OnnxInput.FLOAT, 1))
                .isLessThan(TOLERANCE);
    }

    @Test
    void aFineTunedHeadIsTheSame() {
        ComputationGraph tuned = Head.replace(network, CARD.head(), new HeadSpec(5, 0, 0.01, 0.5, 0.1, true), 9);
        assertThat(new OnnxCase(tuned, CARD.input()).difference(OnnxInput.FLOAT, 1))
                .isLessThan(TOLERANCE);
    }
}
