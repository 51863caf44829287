package org.sparkfinetune.train.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockId;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.DataSets;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.dl4j.ExactParameterAveragingTrainingMaster;
import scala.runtime.AbstractFunction1;

/** Nothing that a training put into Spark stays there. */
@Tag("spark")
class ReleaseTest {
    @Test
    void noRddBroadcastOrShuffleIsLeftBehind() throws InterruptedException {
        JavaSparkContext spark = LocalSpark.context();
        ComputationGraph tail = Tails.dense(new Adam(0.01), Activation.TANH);
        int broadcasts = broadcasts();
        int shuffles = shuffles();
        int files = files();
        Training.epochs(tail, new TrainingPlan(3, 2, 4, 1), Points.rdd(40, 3), 40, 2);
        assertThat(spark.getPersistentRDDs()).isEmpty();
        // Releasing is asynchronous. Spark's own broadcasts of task code go when they are garbage.
        awaitAtMost(broadcasts, ReleaseTest::broadcasts);
        awaitAtMost(shuffles, ReleaseTest::shuffles);
        awaitAtMost(files, ReleaseTest::files);
    }

    @Test
    void aFitOfTheTrainingMasterLeavesNothingBehind(@TempDir Path folder) throws Exception {
        JavaSparkContext spark = LocalSpark.context();
        DataSets.of(0, 9).save(folder.resolve("first").toFile());
        DataSets.of(9, 30).save(folder.resolve("second").toFile());
        int broadcasts = broadcasts();
        int shuffles = shuffles();
        int files = files();
        SparkComputationGraph graph = DataSets.onSpark(
                Tails.dense(new Adam(0.01), Activation.TANH),
                new ExactParameterAveragingTrainingMaster.Builder(3)
                        .batchSizePerWorker(4)
                        .averagingFrequency(1)
                        .build());
        graph.fit(DataSets.rdd(3, 10, 1, 20));
        graph.fit(folder.toUri().toString());
        assertThat(spark.getPersistentRDDs()).isEmpty();
        awaitAtMost(broadcasts, ReleaseTest::broadcasts);
        awaitAtMost(shuffles, ReleaseTest::shuffles);
        awaitAtMost(files, ReleaseTest::files);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).hasSize(2);
        }
    }

    @Test
    void whatTheCallerPersistedOrShuffledStays() throws InterruptedException {
        JavaRDD<Long> indices = LocalSpark.context()
                .parallelize(java.util.stream.LongStream.range(0, 40).boxed().toList(), 2);
        JavaPairRDD<Long, float[]> examples =
                indices.repartition(3).mapToPair(i -> new scala.Tuple2<>(i, Points.example(i)));
        ComputationGraph tail = Tails.dense(new Adam(0.01), Activation.TANH);
        assertThat(examples.count()).isEqualTo(40);
        int shuffles = shuffles();
        Training.epochs(tail, new TrainingPlan(3, 2, 4, 1), examples, 40, 1);
        Thread.sleep(500);
        assertThat(shuffles()).isEqualTo(shuffles);
        assertThat(examples.count()).isEqualTo(40);
    }

    private static int shuffles() {
        return ((MapOutputTrackerMaster) SparkEnv.get().mapOutputTracker())
                .shuffleStatuses()
                .size();
    }

    /** On disk: those of shuffles. */
    private static int files() {
        return SparkEnv.get().blockManager().diskBlockManager().getAllFiles().size();
    }

    private static int broadcasts() {
        return SparkEnv.get()
                .blockManager()
                .master()
                .getMatchingBlockIds(
                        new AbstractFunction1<BlockId, Object>() {
                            @Override
                            public Object apply(BlockId block) {
                                return block.isBroadcast();
                            }
                        },
                        true)
                .size();
    }

    private static void awaitAtMost(int expected, IntSupplier count) throws InterruptedException {
        Instant end = Instant.now().plus(Duration.ofSeconds(20));
        while (count.getAsInt() > expected && Instant.now().isBefore(end)) {
            System.gc();
            Thread.sleep(200);
        }
        assertThat(count.getAsInt()).isLessThanOrEqualTo(expected);
    }
}
