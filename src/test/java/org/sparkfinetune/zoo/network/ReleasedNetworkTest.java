package org.sparkfinetune.zoo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ReleasedNetworkTest {
    @Test
    void everyLargeArrayIsFreedAndTwiceDoesNoHarm() {
        ComputationGraph network = trained();
        List<INDArray> arrays = List.of(network.params(), network.getFlattenedGradients(), network.updaterState());
        assertThat(arrays).noneMatch(INDArray::wasClosed);
        Networks.release(network);
        assertThat(arrays).allMatch(INDArray::wasClosed);
        assertThatCode(() -> Networks.release(network)).doesNotThrowAnyException();
    }

    @Test
    void aPartOfANetworkOutlivesIt() {
        ComputationGraph network = SmallNetworks.residual(1);
        ComputationGraph tail = NetworkCut.at(network, "pool").tail();
        INDArray expected = tail.params().dup();
        Networks.release(network);
        assertThat(tail.params()).isEqualTo(expected);
    }

    @Test
    void aTailThatWasCutOffCanBeFreed() {
        INDArray parameters =
                NetworkCut.at(SmallNetworks.residual(1), "pool").tail().params();
        assertThat(parameters.closeable()).isTrue();
    }

    /** Made as tails are, with an updater that has a state: Adam. */
    private static ComputationGraph trained() {
        ComputationGraph whole = SmallNetworks.residual(1);
        ComputationGraph network = TailNetwork.create(whole.getConfiguration().toJson(), whole.params());
        network.fit(
                new INDArray[] {SmallNetworks.pictures(2, 1)},
                new INDArray[] {Nd4j.eye(5).getRows(0, 1)});
        return network;
    }
}
