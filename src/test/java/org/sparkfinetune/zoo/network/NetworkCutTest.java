package org.sparkfinetune.zoo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.check.InvalidRequestException;

class NetworkCutTest {
    private final ComputationGraph whole = SmallNetworks.residual(1);
    private final INDArray pictures = SmallNetworks.pictures(3, 2);

    static List<String> freezePoints() {
        return SmallNetworks.FREEZE_POINTS;
    }

    @ParameterizedTest
    @MethodSource("freezePoints")
    void trunkAndTailEqualTheWholeBitByBit(String freezePoint) {
        NetworkCut cut = NetworkCut.at(whole, freezePoint);
        INDArray joined = cut.tail().outputSingle(cut.trunkOutput(pictures));
        assertThat(joined.toFloatMatrix())
                .isDeepEqualTo(whole.outputSingle(pictures).toFloatMatrix());
    }

    @ParameterizedTest
    @MethodSource("freezePoints")
    void aChangedTailJoinedBackEqualsTheWholeBitByBit(String freezePoint) {
        NetworkCut cut = NetworkCut.at(whole, freezePoint);
        ComputationGraph tail = cut.tail();
        INDArray before = whole.outputSingle(pictures).dup();
        tail.params().muli(1.5);
        INDArray[] activations = cut.trunkOutput(pictures);
        assertThat(whole.outputSingle(pictures))
                .as("the tail has its own parameters")
                .isEqualTo(before);

        NetworkCut.joinInto(whole, tail);

        assertThat(whole.outputSingle(pictures)).isNotEqualTo(before);
        assertThat(whole.outputSingle(pictures).toFloatMatrix())
                .isDeepEqualTo(tail.outputSingle(activations).toFloatMatrix());
    }

    @Test
    void withNothingFrozenTheTailIsTheWholeAndReadsItsInputs() {
        NetworkCut cut = NetworkCut.nothingFrozen(whole);
        assertThat(cut.hasTrunk()).isFalse();
        assertThat(cut.boundary()).containsExactly("input");
        assertThat(cut.boundaryShapes(SmallNetworks.INPUT)).containsExactly(new long[] {3, 8, 8});
        assertThat(cut.tail().params()).isEqualTo(whole.params());
        assertThat(cut.tail().outputSingle(pictures).toFloatMatrix())
                .isDeepEqualTo(whole.outputSingle(pictures).toFloatMatrix());
        assertThat(NetworkCut.at(whole, "stem").hasTrunk()).isTrue();
    }

    @Test
    void theTailsParametersAreCountedWithoutMakingIt() {
        for (String vertex : List.of("stem", "pool", "bnA", "b")) {
            NetworkCut cut = NetworkCut.at(whole, vertex);
            assertThat(cut.tailParameters()).isEqualTo(cut.tail().numParams());
        }
        assertThat(NetworkCut.nothingFrozen(whole).tailParameters()).isEqualTo(whole.numParams());
    }

    @Test
    void theBoundaryIsEveryFrozenVertexThatTheTailReads() {
        assertThat(NetworkCut.at(whole, "pool").boundary()).containsExactly("pool");
        assertThat(NetworkCut.at(whole, "stem").boundary()).containsExactly("stem");
        assertThat(NetworkCut.at(whole, "bnA").boundary()).containsExactlyInAnyOrder("bnA", "stem");
        assertThat(NetworkCut.at(whole, "b").boundary()).containsExactlyInAnyOrder("b", "stem");
    }

    @Test
    void shapesOfTheBoundaryAreKnownWithoutRunningAnything() {
        NetworkCut cut = NetworkCut.at(whole, "b");
        List<long[]> shapes = cut.boundaryShapes(SmallNetworks.INPUT);
        INDArray[] activations = cut.trunkOutput(pictures);
        for (int i = 0; i < activations.length; i++) {
            assertThat(shapes.get(i)).isEqualTo(activations[i].slice(0).shape());
        }
        assertThat(NetworkCut.at(whole, "pool")
                        .boundaryShapes(SmallNetworks.INPUT)
                        .get(0))
                .containsExactly(6);
    }

    @Test
    void askingForShapesDoesNotChangeTheNetwork() {
        String before = whole.getConfiguration().toJson();
        NetworkCut.at(whole, "pool").boundaryShapes(InputType.convolutional(16, 16, 3));
        assertThat(whole.getConfiguration().toJson()).isEqualTo(before);
    }

    @Test
    void onlyTheTailsParametersAreTrained() {
        assertThat(NetworkCut.at(whole, "pool").tail().numParams()).isEqualTo(6 * 5 + 5);
        assertThat(NetworkCut.at(whole, "sum").tail().numParams()).isEqualTo(6 * 5 + 5);
        assertThat(NetworkCut.at(whole, "b").tail().numParams()).isEqualTo(6 * 5 + 5 + 4 * 6 + 6);
    }

    @Test
    void anUnknownVertexIsRefusedWithASuggestion() {
        assertThatThrownBy(() -> NetworkCut.at(whole, "poll"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("freeze point: the network has no vertex \"poll\"; did you mean \"pool\"?");
    }

    @Test
    void freezingTheOutputIsRefused() {
        assertThatThrownBy(() -> NetworkCut.at(whole, "output"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "freeze point: \"output\" freezes the output [output], so nothing is left to train; choose a"
                                + " vertex below it");
    }

    @Test
    void aTailOfAnotherNetworkIsRefusedAndChangesNothing() {
        ComputationGraph other = Head.replace(whole, "output", HeadSpec.plain(3), 1);
        ComputationGraph tail = NetworkCut.at(other, "b").tail();
        tail.params().addi(1);
        INDArray before = whole.params().dup();
        assertThatThrownBy(() -> NetworkCut.joinInto(whole, tail))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the network has no layer \"output\" of 21 parameters, so this tail was not cut from it");
        assertThat(whole.params()).isEqualTo(before);
    }
}
