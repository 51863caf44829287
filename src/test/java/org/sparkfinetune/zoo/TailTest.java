package org.sparkfinetune.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

class TailTest {
    private final ComputationGraph whole = Head.replace(SmallNetworks.residual(1), "output", HeadSpec.plain(3), 7);
    private final NetworkCut cut = NetworkCut.at(whole, "b");
    private final ComputationGraph tail = cut.tail();

    @Test
    void isTheSameOnAnotherJvmFromTextAndNumbers() {
        INDArray[] activations = cut.trunkOutput(SmallNetworks.pictures(2, 3));
        ComputationGraph again = Tail.create(tail.getConfiguration().toJson(), tail.params());
        assertThat(again.outputSingle(activations)).isEqualTo(tail.outputSingle(activations));
        again.params().addi(1);
        assertThat(again.params()).as("parameters are copied").isNotEqualTo(tail.params());
    }

    @Test
    void everyLayerGetsTheUpdaterBiasesIncluded() {
        ComputationGraphConfiguration configured = Tail.configure(tail.getConfiguration(), new Nesterovs(0.1, 0.8), 5);
        ComputationGraph trained = Tail.create(configured.toJson(), tail.params());
        for (var layer : trained.getLayers()) {
            if (layer.conf().getLayer() instanceof BaseLayer base) {
                assertThat(base.getIUpdater()).isEqualTo(new Nesterovs(0.1, 0.8));
                assertThat(base.getBiasUpdater()).isEqualTo(new Nesterovs(0.1, 0.8));
            }
        }
        assertThat(trained.getUpdater().getStateViewArray().length()).isEqualTo(trained.numParams());
        assertThat(tail.getConfiguration().toJson()).doesNotContain("Nesterovs");
    }

    @Test
    void trainingLowersTheLossAndARateOfZeroChangesNothing() {
        INDArray[] activations = cut.trunkOutput(SmallNetworks.pictures(4, 3));
        MultiDataSet batch =
                new MultiDataSet(activations, new INDArray[] {HeadSpec.plain(3).targets(0, 1, 2, 0)});
        ComputationGraph still = trained(new Sgd(0), batch);
        ComputationGraph moved = trained(new Sgd(0.01), batch);
        assertThat(still.params()).isEqualTo(tail.params());
        assertThat(moved.getLayer("output").getParam("W"))
                .isNotEqualTo(tail.getLayer("output").getParam("W"));
        assertThat(moved.getLayer("output").getParam("b"))
                .isNotEqualTo(tail.getLayer("output").getParam("b"));
        assertThat(moved.score(batch)).isLessThan(tail.score(batch));
    }

    @Test
    void adamKeepsTwoNumbersForEachParameter() {
        ComputationGraphConfiguration configured = Tail.configure(tail.getConfiguration(), new Adam(0.1), 5);
        ComputationGraph trained = Tail.create(configured.toJson(), tail.params());
        assertThat(trained.getUpdater().getStateViewArray().length()).isEqualTo(2 * trained.numParams());
    }

    private ComputationGraph trained(Sgd updater, MultiDataSet batch) {
        ComputationGraph copy =
                Tail.create(Tail.configure(tail.getConfiguration(), updater, 5).toJson(), tail.params());
        copy.fit(batch);
        return copy;
    }
}
