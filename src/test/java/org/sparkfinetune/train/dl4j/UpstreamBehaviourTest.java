package org.sparkfinetune.train.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.DataSets;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.round.SmallConvolution;

/**
 * The requirements of Deeplearning4j's own tests of a training master, checked for ours with the same tolerances:
 * {@code TestCompareParameterAveragingSparkVsSingleMachine} and {@code TestSparkMultiLayerParameterAveraging}.
 */
@Tag("spark")
class UpstreamBehaviourTest {
    private static final long SEED = 42;

    @Test
    void oneWorkerEqualsOneMachine() {
        MultiLayerNetwork alone = DataSets.layers(new RmsProp(0.5));
        ComputationGraph graphAlone = Tails.dense(new RmsProp(0.5), Activation.TANH);
        SparkDl4jMultiLayer onSpark = DataSets.onSpark(DataSets.layers(new RmsProp(0.5)), master(1, 10, 1));
        SparkComputationGraph graphOnSpark =
                DataSets.onSpark(Tails.dense(new RmsProp(0.5), Activation.TANH), master(1, 10, 1));
        assertThat(onSpark.getNetwork().params()).isEqualTo(alone.params());
        for (int fit = 1; fit <= 3; fit++) {
            alone.fit(DataSets.inOrder(10, SEED, fit, 0, 10));
            graphAlone.fit(DataSets.inOrder(10, SEED, fit, 0, 10));
            onSpark.fit(DataSets.rdd(1, 10));
            graphOnSpark.fit(DataSets.rdd(1, 10));
        }
        assertThat(FlatVector.of(onSpark.getNetwork().params())).isEqualTo(FlatVector.of(alone.params()));
        assertThat(FlatVector.of(onSpark.getNetwork().getUpdater().getStateViewArray()))
                .isEqualTo(FlatVector.of(alone.getUpdater().getStateViewArray()));
        assertThat(FlatVector.of(graphOnSpark.getNetwork().params())).isEqualTo(FlatVector.of(graphAlone.params()));
    }

    @Test
    void averagingEachMinibatchOfFourWorkersEqualsOneMachineWithMinibatchesOfForty() {
        MultiLayerNetwork alone = DataSets.layers(new Sgd(0.5));
        ComputationGraph graphAlone = SmallConvolution.graph(new Sgd(0.5));
        SparkDl4jMultiLayer onSpark = DataSets.onSpark(DataSets.layers(new Sgd(0.5)), master(4, 10, 1));
        SparkComputationGraph graphOnSpark = DataSets.onSpark(SmallConvolution.graph(new Sgd(0.5)), master(4, 10, 1));
        for (int fit = 0; fit < 3; fit++) {
            alone.fit(DataSets.of(0, 40));
            onSpark.fit(DataSets.rdd(4, ones(40)));
            graphAlone.fit(SmallConvolution.pictures(40));
            graphOnSpark.fit(LocalSpark.context()
                    .parallelize(SmallConvolution.pictures(40).asList(), 4));
            assertClose(onSpark.getNetwork().params(), alone.params());
            assertClose(graphOnSpark.getNetwork().params(), graphAlone.params());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 10})
    void iterationsAreCountedAsOneWorkerDoesThemAndEpochsByFit(int frequency) {
        SparkDl4jMultiLayer layers = DataSets.onSpark(DataSets.layers(new Sgd(0.1)), master(4, 5, frequency));
        SparkComputationGraph graph =
                DataSets.onSpark(Tails.dense(new Sgd(0.1), Activation.TANH), master(4, 5, frequency));
        JavaRDD<DataSet> tenMinibatchesAWorker =
                DataSets.rdd(4, IntStream.range(0, 40).map(i -> 5).toArray());
        for (int fit = 1; fit <= 2; fit++) {
            layers.fit(tenMinibatchesAWorker);
            graph.fit(tenMinibatchesAWorker);
            assertThat(layers.getNetwork().getLayerWiseConfigurations().getIterationCount())
                    .isEqualTo(10 * fit);
            assertThat(graph.getNetwork().getConfiguration().getIterationCount())
                    .isEqualTo(10 * fit);
            assertThat(layers.getNetwork().getLayerWiseConfigurations().getEpochCount())
                    .isEqualTo(fit);
            assertThat(graph.getNetwork().getConfiguration().getEpochCount()).isEqualTo(fit);
        }
    }

    @Test
    void fewerExamplesThanWorkersAreTrained() {
        MultiLayerNetwork network = DataSets.layers(new Sgd(0.1));
        INDArray before = network.params().dup();
        DataSets.onSpark(network, master(4, 16, 5)).fit(DataSets.rdd(2, 1, 1));
        assertThat(network.params()).isNotEqualTo(before);
        assertThat(network.params().isNaN().any()).isFalse();
    }

    @Test
    void aTrainedNetworkIsScoredAndEvaluatedAsOnOneMachine() {
        ComputationGraph graph = Tails.dense(new RmsProp(0.05), Activation.TANH);
        SparkComputationGraph spark = DataSets.onSpark(graph, master(2, 8, 2));
        JavaRDD<DataSet> data = DataSets.rdd(3, 30, 12, 21);
        for (int fit = 0; fit < 3; fit++) {
            spark.fit(data);
        }
        DataSet all = DataSets.of(0, 63);
        double score = graph.score(all);
        assertThat(spark.calculateScore(data, true)).isCloseTo(score, within(1e-6));
        assertThat(spark.calculateScore(data, false)).isCloseTo(63 * score, within(1e-4));
        Evaluation alone = new Evaluation(Points.CLASSES);
        alone.eval(all.getLabels(), graph.outputSingle(all.getFeatures()));
        Evaluation evaluated = spark.evaluate(data);
        assertThat(evaluated.accuracy()).isEqualTo(alone.accuracy()).isGreaterThan(0.6);
        assertThat(evaluated.f1()).isEqualTo(alone.f1());
        assertThat(evaluated.getConfusionMatrix()).isEqualTo(alone.getConfusionMatrix());
        spark.fit(data);
        assertThat(spark.calculateScore(data, true)).isCloseTo(graph.score(all), within(1e-6));
    }

    @Test
    void filesOfDataSetsAreTrainedAsTheirRddIs(@TempDir Path folder) throws IOException {
        List<String> paths = new ArrayList<>();
        List<String> multiPaths = new ArrayList<>();
        int[] rows = {10, 1, 25, 14};
        long from = 0;
        for (int i = 0; i < rows.length; i++) {
            DataSet set = DataSets.of(from, from + rows[i]);
            from += rows[i];
            set.save(folder.resolve(i + ".dataset").toFile());
            set.toMultiDataSet().save(folder.resolve(i + ".multi").toFile());
            paths.add(folder.resolve(i + ".dataset").toUri().toString());
            multiPaths.add(folder.resolve(i + ".multi").toUri().toString());
        }
        SparkComputationGraph ofRdd = DataSets.onSpark(Tails.dense(new Sgd(0.1), Activation.TANH), master(3, 4, 2));
        SparkComputationGraph ofPaths = DataSets.onSpark(Tails.dense(new Sgd(0.1), Activation.TANH), master(3, 4, 2));
        SparkComputationGraph ofMulti = DataSets.onSpark(Tails.dense(new Sgd(0.1), Activation.TANH), master(3, 4, 2));
        SparkDl4jMultiLayer layersOfPaths = DataSets.onSpark(DataSets.layers(new Sgd(0.1)), master(3, 4, 2));
        SparkDl4jMultiLayer layersOfRdd = DataSets.onSpark(DataSets.layers(new Sgd(0.1)), master(3, 4, 2));
        ofRdd.fit(DataSets.rdd(3, rows));
        layersOfRdd.fit(DataSets.rdd(3, rows));
        ofPaths.fitPaths(LocalSpark.context().parallelize(paths, 2));
        layersOfPaths.fitPaths(LocalSpark.context().parallelize(paths, 2));
        ofMulti.fitPathsMultiDataSet(LocalSpark.context().parallelize(multiPaths, 4));
        assertThat(TrainingState.of(ofPaths.getNetwork())).isEqualTo(TrainingState.of(ofRdd.getNetwork()));
        assertThat(TrainingState.of(ofMulti.getNetwork())).isEqualTo(TrainingState.of(ofRdd.getNetwork()));
        assertThat(FlatVector.of(layersOfPaths.getNetwork().params()))
                .isEqualTo(FlatVector.of(layersOfRdd.getNetwork().params()));
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).hasSize(8);
        }
    }

    @Test
    void theSameSeedGivesTheSameBitsAndAnotherOthers() {
        FlatVector first = fitted(7);
        assertThat(fitted(7)).isEqualTo(first);
        assertThat(fitted(8)).isNotEqualTo(first);
    }

    private static FlatVector fitted(long seed) {
        MultiLayerNetwork network = DataSets.layers(new RmsProp(0.05));
        SparkDl4jMultiLayer spark = DataSets.onSpark(
                network,
                new ExactParameterAveragingTrainingMaster.Builder(4)
                        .batchSizePerWorker(3)
                        .averagingFrequency(2)
                        .seed(seed)
                        .build());
        for (int fit = 0; fit < 2; fit++) {
            spark.fit(DataSets.rdd(4, ones(50)));
        }
        return FlatVector.of(network.params());
    }

    private static int[] ones(int count) {
        return IntStream.range(0, count).map(i -> 1).toArray();
    }

    private static ExactParameterAveragingTrainingMaster master(int workers, int batchSize, int frequency) {
        return new ExactParameterAveragingTrainingMaster.Builder(workers)
                .batchSizePerWorker(batchSize)
                .averagingFrequency(frequency)
                .seed(SEED)
                .build();
    }

    /** Upstream's bounds: an error above both 1e-5 (relative) and 1e-6 (absolute) fails. */
    private static void assertClose(INDArray actual, INDArray expected) {
        double[] values = actual.toDoubleVector();
        double[] wanted = expected.toDoubleVector();
        assertThat(values).hasSameSizeAs(wanted);
        for (int i = 0; i < values.length; i++) {
            double difference = Math.abs(values[i] - wanted[i]);
            boolean relatively = difference <= 1e-5 * (Math.abs(values[i]) + Math.abs(wanted[i]));
            assertThat(relatively || difference <= 1e-6)
                    .as("parameter %s is %s, expected %s", i, values[i], wanted[i])
                    .isTrue();
        }
    }
}
