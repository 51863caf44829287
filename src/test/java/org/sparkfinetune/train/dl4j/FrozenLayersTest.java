package org.sparkfinetune.train.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.sparkfinetune.train.DataSets;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.Points;

/**
 * The requirements of Deeplearning4j's {@code TestFrozenLayers}: frozen layers stay unchanged, also on Spark; others
 * learn.
 */
@Tag("spark")
class FrozenLayersTest {
    @Test
    void frozenLayersOfAGraphStayAndTheOthersLearn() {
        ComputationGraph frozen = new TransferLearning.GraphBuilder(graph())
                .fineTuneConfiguration(new FineTuneConfiguration.Builder()
                        .updater(new Adam(0.05))
                        .build())
                .setFeatureExtractor("b")
                .build();
        assertThat(frozen.getLayer("b")).isInstanceOf(FrozenLayer.class);
        Map<String, INDArray> before = copies(frozen.paramTable());
        SparkComputationGraph spark = DataSets.onSpark(frozen, master());
        for (int fit = 0; fit < 2; fit++) {
            spark.fit(DataSets.rdd(4, 10, 10, 10, 7));
        }
        assertFrozen(before, frozen.paramTable(), "a_", "b_");
    }

    @Test
    void frozenLayersOfANetworkOfLayersStayAndTheOthersLearn() {
        MultiLayerNetwork frozen = new TransferLearning.Builder(layers())
                .fineTuneConfiguration(new FineTuneConfiguration.Builder()
                        .updater(new Adam(0.05))
                        .build())
                .setFeatureExtractor(1)
                .build();
        assertThat(frozen.getLayer(1)).isInstanceOf(FrozenLayer.class);
        Map<String, INDArray> before = copies(frozen.paramTable());
        SparkDl4jMultiLayer spark = DataSets.onSpark(frozen, master());
        for (int fit = 0; fit < 2; fit++) {
            spark.fit(DataSets.rdd(4, 10, 10, 10, 7));
        }
        assertFrozen(before, frozen.paramTable(), "0_", "1_");
    }

    private static void assertFrozen(
            Map<String, INDArray> before, Map<String, INDArray> after, String... frozenPrefixes) {
        assertThat(after).hasSize(8);
        after.forEach((name, values) -> {
            boolean isFrozen = name.startsWith(frozenPrefixes[0]) || name.startsWith(frozenPrefixes[1]);
            assertThat(FlatVector.of(values).equals(FlatVector.of(before.get(name))))
                    .as("%s is as it was", name)
                    .isEqualTo(isFrozen);
        });
    }

    private static Map<String, INDArray> copies(Map<String, INDArray> parameters) {
        Map<String, INDArray> copies = new HashMap<>();
        parameters.forEach((name, values) -> copies.put(name, values.dup()));
        return copies;
    }

    private static ExactParameterAveragingTrainingMaster master() {
        return new ExactParameterAveragingTrainingMaster.Builder(4)
                .batchSizePerWorker(5)
                .averagingFrequency(2)
                .build();
    }

    private static ComputationGraph graph() {
        ComputationGraph graph = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd(0.1))
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", dense(Points.FEATURES), "in")
                .addLayer("b", dense(5), "a")
                .addLayer("c", dense(5), "b")
                .addLayer("d", output(), "c")
                .setOutputs("d")
                .build());
        graph.init();
        return graph;
    }

    private static MultiLayerNetwork layers() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd(0.1))
                .list(dense(Points.FEATURES), dense(5), dense(5), output())
                .build());
        network.init();
        return network;
    }

    private static DenseLayer dense(int inputs) {
        return new DenseLayer.Builder()
                .nIn(inputs)
                .nOut(5)
                .activation(Activation.TANH)
                .build();
    }

    private static OutputLayer output() {
        return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .nIn(5)
                .nOut(Points.CLASSES)
                .activation(Activation.SOFTMAX)
                .build();
    }
}
