package org.sparkfinetune.train.tail;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.TrainingState;

class StateBroadcastTest {
    /** Parameters of two blocks, updater state of four. */
    private static final int WIDTH = 1100;

    @Test
    void aGraphGetsEveryPartOfAStateThoughItWasReleased() {
        ComputationGraph sender = graph(new Adam(0.1));
        sender.updaterState()
                .assign(Nd4j.rand(DataType.FLOAT, 1, sender.updaterState().length()));
        TrainingState state = TrainingState.of(sender);
        assertThat(state.parameters().blocks().length).isEqualTo(2);
        assertThat(state.updaterState().blocks().length).isGreaterThan(2);
        for (int blocksPerPart : new int[] {1, 2, 16}) {
            TrainingState copy = TrainingState.of(sender);
            StateBroadcast sent = new StateBroadcast(LocalSpark.context(), copy, blocksPerPart);
            copy.release();
            ComputationGraph receiver = graph(new Adam(0.1));
            sent.applyTo(receiver);
            sent.destroy();
            assertThat(sent.parameters()).isEqualTo(receiver.numParams());
            assertThat(TrainingState.of(receiver)).isEqualTo(state);
        }
    }

    @Test
    void anUpdaterMayHaveNoState() {
        ComputationGraph sender = graph(new Sgd(0.1));
        StateBroadcast sent = new StateBroadcast(LocalSpark.context(), TrainingState.of(sender));
        ComputationGraph receiver = graph(new Sgd(0.1));
        sent.applyTo(receiver);
        sent.destroy();
        assertThat(TrainingState.of(receiver)).isEqualTo(TrainingState.of(sender));
    }

    private static ComputationGraph graph(IUpdater updater) {
        ComputationGraph graph = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .updater(updater)
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                        "out", new OutputLayer.Builder().nIn(WIDTH).nOut(WIDTH).build(), "in")
                .setOutputs("out")
                .build());
        graph.init();
        return graph;
    }
}
