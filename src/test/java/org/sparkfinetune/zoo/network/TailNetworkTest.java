package org.sparkfinetune.zoo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Nesterovs;

class TailNetworkTest {
    private final ComputationGraph whole = Head.replace(SmallNetworks.residual(1), "output", HeadSpec.plain(3), 7);
    private final NetworkCut cut = NetworkCut.at(whole, "b");
    private final ComputationGraph tail = cut.tail();

    @Test
    void isTheSameOnAnotherJvmFromTextAndNumbers() {
        INDArray[] activations = cut.trunkOutput(SmallNetworks.pictures(2, 3));
        ComputationGraph again = TailNetwork.create(tail.getConfiguration().toJson(), tail.params());
        assertThat(again.outputSingle(activations)).isEqualTo(tail.outputSingle(activations));
        again.params().addi(1);
        assertThat(again.params()).as("parameters are copied").isNotEqualTo(tail.params());
    }

    @Test
    void everyLayerGetsTheUpdaterBiasesIncluded() {
        ComputationGraphConfiguration configured = TailNetwork.configure(
                tail.getConfiguration(), TailSettings.of(new Optimizer(Optimizer.Kind.MOMENTUM, 0.1, 0.8, 0)), 5);
        ComputationGraph trained = TailNetwork.create(configured.toJson(), tail.params());
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
        ComputationGraph still = trained(0, batch);
        ComputationGraph moved = trained(0.01, batch);
        assertThat(still.params()).isEqualTo(tail.params());
        assertThat(moved.getLayer("output").getParam("W"))
                .isNotEqualTo(tail.getLayer("output").getParam("W"));
        assertThat(moved.getLayer("output").getParam("b"))
                .isNotEqualTo(tail.getLayer("output").getParam("b"));
        assertThat(moved.score(batch)).isLessThan(tail.score(batch));
    }

    @Test
    void adamKeepsTwoNumbersForEachParameter() {
        ComputationGraphConfiguration configured = TailNetwork.configure(
                tail.getConfiguration(), TailSettings.of(new Optimizer(Optimizer.Kind.ADAM, 0.1, 0.9, 0)), 5);
        ComputationGraph trained = TailNetwork.create(configured.toJson(), tail.params());
        assertThat(trained.getUpdater().getStateViewArray().length()).isEqualTo(2 * trained.numParams());
    }

    @Test
    void everyLayerHasItsOwnLearningRate() {
        ComputationGraph trained = fitted(new TailSettings(
                new Optimizer(Optimizer.Kind.SGD, 0.1, 0, 0), Map.of("shortcut", 0.5, "b", 0.0), 0, List.of()));
        assertThat(trained.getLearningRate("output")).isEqualTo(0.1);
        assertThat(trained.getLearningRate("shortcut")).isEqualTo(0.05);
        assertThat(trained.getLearningRate("b")).isZero();
        assertThat(trained.getLayer("b").params()).isEqualTo(whole.getLayer("b").params());
        assertThat(trained.getLayer("shortcut").params())
                .isNotEqualTo(whole.getLayer("shortcut").params());
    }

    @Test
    void decoupledWeightDecayPullsWeightsByTheLearningRateAndLeavesBiasesAndNormalisationAlone() {
        ComputationGraph plain = fitted(TailSettings.of(new Optimizer(Optimizer.Kind.ADAM, 0.01, 0.9, 0)));
        ComputationGraph decayed = fitted(TailSettings.of(new Optimizer(Optimizer.Kind.ADAMW, 0.01, 0.9, 0.5)));
        for (String layer : List.of("b", "shortcut", "output")) {
            INDArray before = whole.getLayer(layer).getParam("W");
            INDArray wanted = plain.getLayer(layer).getParam("W").sub(before.mul(0.01 * 0.5));
            assertThat(decayed.getLayer(layer).getParam("W").distance2(wanted))
                    .as(layer)
                    .isLessThan(1e-6);
            assertThat(decayed.getLayer(layer).getParam("b"))
                    .isEqualTo(plain.getLayer(layer).getParam("b"));
        }
        assertThat(decayed.getLayer("bnA").params())
                .isEqualTo(plain.getLayer("bnA").params());
    }

    @Test
    void weightDecayOfOtherOptimisersIsPartOfTheGradient() {
        ComputationGraph plain = fitted(TailSettings.of(new Optimizer(Optimizer.Kind.SGD, 0.01, 0, 0)));
        ComputationGraph decayed = fitted(TailSettings.of(new Optimizer(Optimizer.Kind.SGD, 0.01, 0, 0.5)));
        INDArray before = whole.getLayer("b").getParam("W");
        INDArray wanted = plain.getLayer("b").getParam("W").sub(before.mul(0.01 * 0.5));
        assertThat(decayed.getLayer("b").getParam("W").distance2(wanted)).isLessThan(1e-6);
    }

    @Test
    void aLongGradientIsCutToItsLimitButRunningStatisticsAreNot() {
        Optimizer sgd = new Optimizer(Optimizer.Kind.SGD, 1, 0, 0);
        ComputationGraph free = fitted(TailSettings.of(sgd));
        ComputationGraph clipped = fitted(new TailSettings(sgd, Map.of(), 1e-3, List.of()));
        INDArray step =
                clipped.getLayer("output").params().sub(whole.getLayer("output").params());
        assertThat(step.norm2Number().doubleValue()).isCloseTo(1e-3, within(1e-5));
        for (String statistic : List.of("mean", "var")) {
            assertThat(clipped.getLayer("bnA").getParam(statistic))
                    .isEqualTo(free.getLayer("bnA").getParam(statistic));
        }
    }

    @Test
    void classWeightsScaleTheLossAndTheGradientOfTheirExamples() {
        Optimizer sgd = new Optimizer(Optimizer.Kind.SGD, 1, 0, 0);
        INDArray[] activations = cut.trunkOutput(SmallNetworks.pictures(1, 3));
        MultiDataSet one =
                new MultiDataSet(activations, new INDArray[] {HeadSpec.plain(3).targets(1)});
        ComputationGraph plain = configured(cut, TailSettings.of(sgd));
        ComputationGraph weighted = configured(cut, new TailSettings(sgd, Map.of(), 0, List.of(1.0, 3.0, 7.0)));
        double regularisation = plain.calcRegularizationScore(true);
        assertThat(weighted.score(one) - regularisation)
                .isCloseTo(3 * (plain.score(one) - regularisation), within(1e-4));
        plain.fit(one);
        weighted.fit(one);
        INDArray before = tail.getLayer("output").getParam("W");
        INDArray plainStep = plain.getLayer("output").getParam("W").sub(before);
        INDArray weightedStep = weighted.getLayer("output").getParam("W").sub(before);
        assertThat(weightedStep.distance2(plainStep.mul(3)))
                .isLessThan(1e-3 * plainStep.norm2Number().doubleValue() + 1e-5);
    }

    /** The tail above "a", after one minibatch. */
    private ComputationGraph fitted(TailSettings settings) {
        NetworkCut lower = NetworkCut.at(whole, "a");
        ComputationGraph graph = configured(lower, settings);
        graph.fit(new MultiDataSet(
                lower.trunkOutput(SmallNetworks.pictures(4, 3)),
                new INDArray[] {HeadSpec.plain(3).targets(0, 1, 2, 0)}));
        return graph;
    }

    private static ComputationGraph configured(NetworkCut cut, TailSettings settings) {
        ComputationGraph unconfigured = cut.tail();
        return TailNetwork.create(
                TailNetwork.configure(unconfigured.getConfiguration(), settings, 5)
                        .toJson(),
                unconfigured.params());
    }

    private ComputationGraph trained(double learningRate, MultiDataSet batch) {
        TailSettings settings = TailSettings.of(new Optimizer(Optimizer.Kind.SGD, learningRate, 0, 0));
        ComputationGraph copy = TailNetwork.create(
                TailNetwork.configure(tail.getConfiguration(), settings, 5).toJson(), tail.params());
        copy.fit(batch);
        return copy;
    }
}
