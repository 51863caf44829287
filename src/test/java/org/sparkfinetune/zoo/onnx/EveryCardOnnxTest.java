package org.sparkfinetune.zoo.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.zoo.ModelCard;
import org.sparkfinetune.zoo.ModelZoo;
import org.sparkfinetune.zoo.NetworkCut;
import org.sparkfinetune.zoo.Networks;

/**
 * Every network of the zoo in full size, with random weights. Downloads nothing, but has the tag of those that do: two VGG
 * take half a gigabyte each.
 */
@Tag("weights")
class EveryCardOnnxTest {
    @TestFactory
    Stream<DynamicTest> everyCardIsTheSameInOnnx() {
        NativeEngine.enable();
        List<ModelCard> cards = ModelZoo.names().stream()
                .map(ModelZoo::card)
                // What is imported has its layers in the file of its weights.
                .filter(card -> !card.network().name().equals("IMPORTED"))
                .toList();
        assertThat(cards).isNotEmpty();
        return cards.stream().map(card -> DynamicTest.dynamicTest(card.name(), () -> isTheSame(card)));
    }

    private static void isTheSame(ModelCard card) {
        ComputationGraph network = Networks.build(card, 1);
        assertThat(new OnnxCase(network, card.input()).difference(OnnxInput.UINT8, 2))
                .as("whole")
                .isLessThan(1e-4);
        ComputationGraph embedding = NetworkCut.upTo(network, card.embedding().layer());
        assertThat(new OnnxCase(embedding, card.input()).difference(OnnxInput.FLOAT, 1))
                .as("up to the embedding")
                .isLessThan(1e-4);
    }
}
