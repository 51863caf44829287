package org.sparkfinetune.train.round;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.train.EpochTrainer.TrainedEpoch;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import scala.Tuple2;

/**
 * Measures a round on this machine; not part of the build and without assertions:
 * {@code mvn test -Dtest=RoundCostBenchmark}.
 */
@Tag("spark")
class RoundCostBenchmark {
    private static final Logger LOG = LoggerFactory.getLogger(RoundCostBenchmark.class);
    private static final int CLASSES = 20;

    @Test
    void headOf41ThousandParameters() {
        ComputationGraph head = graph(builder().addLayer("out", output(2048), "in"));
        measure(head, 242, 2048, new int[] {1, 2, 3, 5}, 8);
    }

    @Test
    void tailOf17MillionParameters() {
        ComputationGraph tail = graph(builder()
                .addLayer(
                        "a",
                        new DenseLayer.Builder()
                                .nIn(4096)
                                .nOut(4096)
                                .activation(Activation.RELU)
                                .build(),
                        "in")
                .addLayer("out", output(4096), "a"));
        measure(tail, 64, 4096, new int[] {1, 2}, 3);
    }

    private static void measure(ComputationGraph graph, int examples, int features, int[] frequencies, int epochs) {
        SparkConf conf = new SparkConf()
                .setMaster("local[2]")
                .setAppName("bench")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.allowMultipleContexts", "true");
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            spark.setLogLevel("WARN");
            List<Tuple2<Long, float[]>> rows = new ArrayList<>();
            for (long i = 0; i < examples; i++) {
                float[] row = new float[features];
                Arrays.fill(row, i % CLASSES / (float) CLASSES);
                rows.add(new Tuple2<>(i, row));
            }
            JavaPairRDD<Long, float[]> rdd = spark.parallelizePairs(rows, 2);
            for (int frequency : frequencies) {
                TrainingPlan plan = new TrainingPlan(1, 2, 16, frequency);
                try (AveragingTrainer<float[]> trainer =
                        new AveragingTrainer<>(spark, graph, plan, minibatch -> batch(minibatch))) {
                    TrainingState state = TrainingState.of(graph);
                    for (int epoch = 1; epoch <= epochs; epoch++) {
                        List<Long> millis = new ArrayList<>();
                        TrainedEpoch done = trainer.trainEpoch(
                                state,
                                rdd,
                                examples,
                                progress -> millis.add(progress.took().toMillis()));
                        state = done.state();
                        LOG.warn(
                                "BENCH {} parameters f={} epoch {}: {} rounds, {} s, rounds {} ms, {} bytes",
                                graph.numParams(),
                                frequency,
                                epoch,
                                done.result().rounds(),
                                done.result().seconds(),
                                millis,
                                done.result().bytesPerRound());
                    }
                }
            }
        }
    }

    private static MultiDataSet batch(List<float[]> minibatch) {
        float[][] labels = new float[minibatch.size()][CLASSES];
        for (int i = 0; i < labels.length; i++) {
            labels[i][Math.round(minibatch.get(i)[0] * CLASSES)] = 1;
        }
        return new MultiDataSet(
                new INDArray[] {Nd4j.createFromArray(minibatch.toArray(float[][]::new))},
                new INDArray[] {Nd4j.createFromArray(labels)});
    }

    private static org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder builder() {
        return new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-3))
                .graphBuilder()
                .addInputs("in")
                .setOutputs("out");
    }

    private static OutputLayer output(int inputs) {
        return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .nIn(inputs)
                .nOut(CLASSES)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static ComputationGraph graph(
            org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder builder) {
        ComputationGraph graph = new ComputationGraph(builder.build());
        graph.init();
        return graph;
    }
}
