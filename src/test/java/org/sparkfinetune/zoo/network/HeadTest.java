package org.sparkfinetune.zoo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.ops.transforms.Transforms;

class HeadTest {
    private final ComputationGraph network = SmallNetworks.residual(1);
    private final INDArray pictures = SmallNetworks.pictures(3, 2);

    @Test
    void hasTheWantedNumberOfClassesAndKeepsTheRest() {
        ComputationGraph replaced = Head.replace(network, "output", HeadSpec.plain(9), 3);
        INDArray probabilities = replaced.outputSingle(pictures);
        assertThat(probabilities.shape()).containsExactly(3, 9);
        assertThat(probabilities.sum(1).getFloat(0)).isEqualTo(1, within(1e-5f));
        assertThat(NetworkCut.at(replaced, "pool").trunkOutput(pictures))
                .containsExactly(NetworkCut.at(network, "pool").trunkOutput(pictures));
        assertThat(network.outputSingle(pictures).shape()).containsExactly(3, 5);
    }

    @Test
    void theSameSeedGivesTheSameHead() {
        INDArray head = head(3).getParam("W");
        assertThat(head(3).getParam("W")).isEqualTo(head);
        assertThat(head(4).getParam("W")).isNotEqualTo(head);
        assertThat(head(3).getParam("b").toFloatVector()).containsOnly(0f);
    }

    @Test
    void regularisationOfTheOldHeadDoesNotLeakIn() {
        assertThat(layer(network).getRegularization()).isNotEmpty();
        assertThat(layer(Head.replace(network, "output", HeadSpec.plain(9), 3)).getRegularization())
                .isEmpty();
    }

    @Test
    void weightDecayAndDropoutAreThoseAskedFor() {
        OutputLayer head = layer(Head.replace(network, "output", new HeadSpec(9, 0, 0.01, 0.25, 0, false), 3));
        assertThat(head.getRegularization()).containsExactly(new L2Regularization(0.01));
        assertThat(head.getRegularizationBias()).isEmpty();
        assertThat(head.getIDropout()).isEqualTo(new Dropout(0.75));
    }

    @Test
    void aNormalizingHeadSeesActivationsOfLengthOne() {
        ComputationGraph replaced = Head.replace(network, "output", new HeadSpec(9, 0, 0, 0, 0, true), 3);
        INDArray pooled =
                NetworkCut.at(network, "pool").trunkOutput(pictures)[0].reshape(3, -1);
        INDArray scores = pooled.divColumnVector(pooled.norm2(1))
                .mmul(replaced.getLayer("output").getParam("W"))
                .addRowVector(replaced.getLayer("output").getParam("b"));
        INDArray expected = Transforms.softmax(scores);
        assertThat(replaced.outputSingle(pictures).equalsWithEps(expected, 1e-5))
                .isTrue();
        NetworkCut cut = NetworkCut.at(replaced, "pool");
        assertThat(cut.tail().outputSingle(cut.trunkOutput(pictures))).isEqualTo(replaced.outputSingle(pictures));
        assertThat(cut.tail().numParams()).isEqualTo(pooled.size(1) * 9 + 9);
    }

    @Test
    void aHiddenLayerStandsBelowTheHead() {
        ComputationGraph replaced = Head.replace(network, "output", new HeadSpec(9, 7, 0.01, 0.25, 0, false), 3);
        assertThat(replaced.getConfiguration().getVertexInputs().get("output")).containsExactly("output_hidden");
        assertThat(replaced.getConfiguration().getVertexInputs().get("output_hidden"))
                .containsExactly("pool");
        assertThat(replaced.getLayer("output_hidden").numParams()).isEqualTo(6 * 7 + 7);
        assertThat(replaced.getLayer("output").numParams()).isEqualTo(7 * 9 + 9);
        DenseLayer hidden =
                (DenseLayer) replaced.getLayer("output_hidden").conf().getLayer();
        assertThat(hidden.getActivationFn()).isEqualTo(new ActivationReLU());
        assertThat(hidden.getIDropout()).isEqualTo(new Dropout(0.75));
        assertThat(hidden.getRegularization()).containsExactly(new L2Regularization(0.01));
        NetworkCut cut = NetworkCut.at(replaced, "pool");
        assertThat(cut.tail().outputSingle(cut.trunkOutput(pictures))).isEqualTo(replaced.outputSingle(pictures));
    }

    @Test
    void aHeadThatIsReplacedAgainKeepsTheFirstHiddenLayerBelow() {
        HeadSpec head = new HeadSpec(9, 7, 0, 0, 0, false);
        ComputationGraph once = Head.replace(network, "output", head, 3);
        ComputationGraph twice = Head.replace(once, "output", head, 4);
        assertThat(twice.getConfiguration().getVertexInputs().get("output_hidden2"))
                .containsExactly("output_hidden");
        assertThat(twice.getLayer("output_hidden").params())
                .isEqualTo(once.getLayer("output_hidden").params());
    }

    @Test
    void aVertexThatIsNoOutputLayerIsRefused() {
        assertThatThrownBy(() -> Head.replace(network, "pool", HeadSpec.plain(9), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"pool\" is not a layer that scores classes");
    }

    @Test
    void labelSmoothingSpreadsItsShareOverAllClasses() {
        INDArray targets = new HeadSpec(4, 0, 0, 0, 0.2, false).targets(2, 0);
        assertThat(targets.toFloatMatrix())
                .isDeepEqualTo(new float[][] {{0.05f, 0.05f, 0.85f, 0.05f}, {0.85f, 0.05f, 0.05f, 0.05f}});
        assertThat(HeadSpec.plain(2).targets(1).toFloatMatrix()).isDeepEqualTo(new float[][] {{0, 1}});
    }

    @Test
    void aHeadTrainedTowardsSmoothedLabelsStopsAtThem() {
        HeadSpec head = new HeadSpec(3, 0, 0, 0, 0.3, false);
        NetworkCut cut = NetworkCut.at(Head.replace(network, "output", head, 3), "pool");
        INDArray[] activations = cut.trunkOutput(SmallNetworks.pictures(1, 2));
        activations[0].divi(activations[0].norm2Number());
        ComputationGraph tail = cut.tail();
        TailSettings settings = TailSettings.of(new Optimizer(Optimizer.Kind.SGD, 1, 0, 0));
        tail = TailNetwork.create(
                TailNetwork.configure(tail.getConfiguration(), settings, 3).toJson(), tail.params());
        for (int i = 0; i < 500; i++) {
            tail.fit(new MultiDataSet(activations, new INDArray[] {head.targets(1)}));
        }
        assertThat(tail.outputSingle(activations).toFloatVector())
                .containsExactly(new float[] {0.1f, 0.8f, 0.1f}, within(1e-3f));
    }

    @Test
    void dropoutActsInTrainingAlone() {
        for (int hidden : new int[] {0, 7}) {
            ComputationGraph replaced = Head.replace(network, "output", new HeadSpec(9, hidden, 0, 0.5, 0, false), 3);
            // Deeplearning4j's dropout fails in output(true, ...) with workspaces.
            replaced.getConfiguration().setTrainingWorkspaceMode(WorkspaceMode.NONE);
            replaced.getConfiguration().setInferenceWorkspaceMode(WorkspaceMode.NONE);
            INDArray used = replaced.outputSingle(pictures).dup();
            assertThat(replaced.outputSingle(pictures)).isEqualTo(used);
            INDArray trained = replaced.outputSingle(true, pictures).dup();
            assertThat(trained).isNotEqualTo(used);
            assertThat(replaced.outputSingle(true, pictures))
                    .as("other inputs are zeroed each time")
                    .isNotEqualTo(trained);
        }
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertThatThrownBy(() -> HeadSpec.plain(1)).hasMessage("classes must be at least 2, found 1");
        assertThatThrownBy(() -> new HeadSpec(2, -1, 0, 0, 0, false)).hasMessage("hidden must be 0 or more, found -1");
        assertThatThrownBy(() -> new HeadSpec(2, 0, -1, 0, 0, false)).hasMessage("l2 must be 0 or more, found -1.0");
        assertThatThrownBy(() -> new HeadSpec(2, 0, 0, 1, 0, false))
                .hasMessage("dropout must be 0 or more and below 1, found 1.0");
        assertThatThrownBy(() -> new HeadSpec(2, 0, 0, 0, Double.NaN, false))
                .hasMessage("labelSmoothing must be 0 or more and below 1, found NaN");
    }

    private org.deeplearning4j.nn.api.Layer head(long seed) {
        return Head.replace(network, "output", HeadSpec.plain(9), seed).getLayer("output");
    }

    private static OutputLayer layer(ComputationGraph graph) {
        return (OutputLayer) graph.getLayer("output").conf().getLayer();
    }
}
