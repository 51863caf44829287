package org.sparkfinetune.train.round;

import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.RoundProgress;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.WorkerReport;
import scala.Tuple2;

/** Two rounds of the complete VGG16 with Adam, in separate processes: {@code LargeModelTraining MASTER}. */
final class LargeModelTraining {
    private LargeModelTraining() {}

    public static void main(String[] args) {
        SparkConf conf = new SparkConf()
                .setAppName("large model")
                .setMaster(args[0])
                .set("spark.ui.enabled", "false")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.executor.memory", "1g")
                .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .set("spark.executor.extraJavaOptions", "-Dorg.eclipse.deeplearning4j.helpers.disable=false")
                .set("spark.shuffle.reduceLocality.enabled", "false")
                .set("spark.network.timeout", "600s");
        ComputationGraph tail = LargeTails.of("vgg16", LargeTails.NONE);
        Batcher<Long> batcher = LargeTails.batcher(List.of(new long[] {3, 224, 224}));
        try (JavaSparkContext spark = new JavaSparkContext(conf);
                AveragingTrainer<Long> trainer =
                        new AveragingTrainer<>(spark, tail, new TrainingPlan(1, 2, 1, 1), batcher)) {
            spark.setLogLevel("WARN");
            TrainingState state = TrainingState.of(tail);
            tail.params().close();
            tail.updaterState().close();
            JavaPairRDD<Long, Long> examples = spark.parallelizePairs(
                    LongStream.range(0, 4).mapToObj(i -> new Tuple2<>(i, i)).toList(), 2);
            trainer.trainEpoch(state, examples, 4, LargeModelTraining::tell);
        }
        ChildProcess.say("done");
    }

    private static void tell(RoundProgress round) {
        ChildProcess.say("round " + round.round() + " took "
                + round.took().toSeconds() + " s, slowest worker "
                + round.slowestWorker().toSeconds() + " s, bytes "
                + round.workers().stream().map(WorkerReport::bytesSent).toList() + ", spread " + round.spread());
    }
}
