package org.sparkfinetune.train.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.util.LongAccumulator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.DataSets;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.RoundProgress;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.round.Training;

/** Features of our master only; the requirements of DL4J's own tests are in {@link UpstreamBehaviourTest}. */
@Tag("spark")
class ExactTrainingMasterTest {
    @ParameterizedTest
    @CsvSource({"1, 16, 5", "4, 16, 5", "2, 3, 1", "3, 1, 2", "7, 50, 3"})
    void everyExampleOfDataSetsOfAnySizeIsTrainedOnce(int workers, int batchSize, int frequency) {
        List<RoundProgress> heard = new ArrayList<>();
        ExactParameterAveragingTrainingMaster master = new ExactParameterAveragingTrainingMaster.Builder(workers)
                .batchSizePerWorker(batchSize)
                .averagingFrequency(frequency)
                .roundListener(heard::add)
                .build();
        SparkComputationGraph spark = DataSets.onSpark(Tails.dense(new Adam(0.01), Activation.TANH), master);
        spark.fit(DataSets.rdd(3, 10, 1, 1, 40, 7));
        assertThat(heard.stream()
                        .flatMap(round -> round.workers().stream())
                        .mapToLong(report -> report.fit().examples())
                        .sum())
                .isEqualTo(59);
        assertThat(spark.getNetwork().getEpochCount()).isEqualTo(1);
    }

    @Test
    void fitEqualsTheTrainerUnderIt() {
        ComputationGraph graph = Tails.dense(new Adam(0.01), Activation.TANH);
        TrainingState expected = Training.epochs(graph, new TrainingPlan(7, 3, 4, 2), Points.rdd(50, 2), 50, 2);
        SparkComputationGraph spark = DataSets.onSpark(graph, master(3, 4, 2, 7));
        JavaRDD<DataSet> data = DataSets.rdd(4, 10, 1, 25, 14);
        spark.fit(data);
        spark.fit(data);
        assertThat(TrainingState.of(spark.getNetwork())).isEqualTo(expected);
    }

    @Test
    void aNetworkOfLayersIsTrainedToTheSameBitsAsTheGraphOfIt() {
        MultiLayerNetwork layers = DataSets.layers(new Adam(0.01));
        ComputationGraph graph = layers.toComputationGraph();
        SparkDl4jMultiLayer ofLayers = DataSets.onSpark(layers, master(3, 4, 2, 7));
        SparkComputationGraph ofGraph = DataSets.onSpark(graph, master(3, 4, 2, 7));
        for (int epoch = 1; epoch <= 2; epoch++) {
            ofLayers.fit(DataSets.rdd(2, 30, 17));
            ofGraph.fit(DataSets.rdd(2, 30, 17));
        }
        assertThat(FlatVector.of(layers.params())).isEqualTo(FlatVector.of(graph.params()));
        assertThat(FlatVector.of(layers.getUpdater().getStateViewArray()))
                .isEqualTo(FlatVector.of(graph.updaterState()));
        assertThat(layers.getIterationCount()).isEqualTo(graph.getIterationCount());
        assertThat(layers.getEpochCount()).isEqualTo(2);
    }

    @Test
    void theSameRddIsCountedOnce() {
        LongAccumulator read = LocalSpark.context().sc().longAccumulator("read");
        JavaRDD<DataSet> data = DataSets.rdd(2, 10, 10).map(set -> {
            read.add(1);
            return set;
        });
        SparkComputationGraph spark =
                DataSets.onSpark(Tails.dense(new Adam(0.01), Activation.TANH), master(2, 4, 1, 7));
        spark.fit(data);
        assertThat(read.value()).isEqualTo(4);
        spark.fit(data);
        assertThat(read.value()).isEqualTo(6);
    }

    @Test
    void anRddThatGivesOtherRowsTheSecondTimeIsFound() {
        LongAccumulator partitionsRead = LocalSpark.context().sc().longAccumulator("partitions");
        JavaRDD<DataSet> data = DataSets.rdd(1, 10, 10, 10).mapPartitions(sets -> {
            List<DataSet> kept = new ArrayList<>();
            sets.forEachRemaining(kept::add);
            java.nio.file.Path seen = java.nio.file.Path.of(System.getProperty("java.io.tmpdir"), MARK);
            if (!seen.toFile().createNewFile()) {
                kept.remove(1);
            }
            return kept.iterator();
        });
        assertThat(partitionsRead.value()).isZero();
        SparkComputationGraph spark =
                DataSets.onSpark(Tails.dense(new Adam(0.01), Activation.TANH), master(2, 4, 1, 7));
        try {
            assertThatThrownBy(() -> spark.fit(data))
                    .isInstanceOf(BadDataException.class)
                    .hasMessageContaining("the examples are not 30 with each index of 0..29 once");
        } finally {
            assertThat(java.nio.file.Path.of(System.getProperty("java.io.tmpdir"), MARK)
                            .toFile()
                            .delete())
                    .isTrue();
        }
    }

    private static final String MARK = "exact-training-master-" + java.util.UUID.randomUUID();

    @Test
    void listenersHearOfEachAveragingWithTheAveragedNetwork() {
        List<String> heard = new ArrayList<>();
        ComputationGraph graph = Tails.dense(new Adam(0.01), Activation.TANH);
        List<FlatVector> parameters = new ArrayList<>();
        SparkComputationGraph spark = DataSets.onSpark(graph, master(2, 4, 2, 7));
        spark.setListeners(new BaseTrainingListener() {
            @Override
            public void onEpochStart(Model model) {
                heard.add("start");
            }

            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
                heard.add("iteration " + iteration + " epoch " + epoch);
                parameters.add(FlatVector.of(model.params()));
                assertThat(model.score()).isFinite().isPositive();
            }

            @Override
            public void onEpochEnd(Model model) {
                heard.add("end");
            }
        });
        spark.fit(DataSets.rdd(2, 20, 17));
        spark.fit(DataSets.rdd(2, 16));
        assertThat(heard)
                .containsExactly(
                        "start",
                        "iteration 2 epoch 0",
                        "iteration 4 epoch 0",
                        "iteration 5 epoch 0",
                        "end",
                        "start",
                        "iteration 7 epoch 1",
                        "end");
        assertThat(parameters).doesNotHaveDuplicates();
        assertThat(parameters.get(3)).isEqualTo(FlatVector.of(graph.params()));
        assertThat(spark.getScore()).isEqualTo(graph.score()).isPositive();
    }

    @Test
    void everyWrongSettingIsReported() {
        assertThatThrownBy(() -> new ExactParameterAveragingTrainingMaster.Builder(0)
                        .batchSizePerWorker(-1)
                        .averagingFrequency(0)
                        .build())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("""
                        workers: must be at least 1, not 0
                        batchSizePerWorker: must be at least 1, not -1
                        averagingFrequency: must be at least 1, not 0""");
        assertThatThrownBy(() -> new ExactParameterAveragingTrainingMaster.Builder(1)
                        .batchSizePerWorker(1 << 20)
                        .averagingFrequency(1 << 20)
                        .build())
                .hasMessage("averagingFrequency: 1048576 times batchSizePerWorker 1048576 is more than 2147483647"
                        + " examples per worker and round; lower one of them");
    }

    @Test
    void whatIsNotSupportedIsRefused() {
        ExactParameterAveragingTrainingMaster master = master(1, 1, 1, 1);
        assertThatThrownBy(() -> master.addHook(null)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> master.setCollectTrainingStats(true))
                .hasMessage("DL4J's training statistics are not supported; Builder.roundListener reports times, bytes"
                        + " and losses");
        ComputationGraph graph = Tails.dense(new Adam(0.01), Activation.TANH);
        graph.getConfiguration().setBackpropType(BackpropType.TruncatedBPTT);
        assertThatThrownBy(() -> DataSets.onSpark(graph, master).fit(DataSets.rdd(1, 5)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("network: truncated backpropagation through time updates within an example; use Standard");
    }

    @Test
    void theNumbersComeBackFromJson() {
        String json = master(3, 4, 2, 7).toJson();
        assertThat(json).isEqualTo("{\"workers\":3,\"batchSizePerWorker\":4,\"averagingFrequency\":2,\"seed\":7}");
        assertThat(ExactParameterAveragingTrainingMaster.fromJson(json).toYaml())
                .isEqualTo(json);
        assertThatThrownBy(() -> ExactParameterAveragingTrainingMaster.fromJson("{\"workers\":3}"))
                .hasMessageContaining("batchSizePerWorker: must be at least 1, not 0");
    }

    private static ExactParameterAveragingTrainingMaster master(int workers, int batchSize, int frequency, long seed) {
        return new ExactParameterAveragingTrainingMaster.Builder(workers)
                .batchSizePerWorker(batchSize)
                .averagingFrequency(frequency)
                .seed(seed)
                .build();
    }
}
