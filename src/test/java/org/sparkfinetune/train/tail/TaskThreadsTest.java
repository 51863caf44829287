package org.sparkfinetune.train.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkfinetune.cluster.NativeThreads;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.rates.RateTrials;
import org.sparkfinetune.train.round.AveragingTrainer;

/** With a Spark context that runs two tasks at a time. */
@Tag("spark")
class TaskThreadsTest {
    private static final int EXAMPLES = 32;
    /** Static, because executors of this JVM add to it, and it must not be part of the closure. */
    private static final Set<Integer> SEEN = ConcurrentHashMap.newKeySet();

    /** Minibatches are made by another thread, with the same number of native threads as the thread that fits them. */
    private static final Batcher<float[]> WATCHING = minibatch -> {
        SEEN.add(NativeThreads.here());
        return Points.batch(minibatch);
    };

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void workersThatFitAtTheSameTimeShareTheCoresAndGiveThemBack(int workers) {
        ComputationGraph tail = tail();
        TrainingPlan plan = new TrainingPlan(1, workers, 2, 1);
        try (AveragingTrainer<float[]> trainer = new AveragingTrainer<>(LocalSpark.context(), tail, plan, WATCHING)) {
            SEEN.clear();
            TrainingState trained = trainer.trainEpoch(
                            TrainingState.of(tail), Points.rdd(EXAMPLES, 3), EXAMPLES, RoundListener.SILENT)
                    .state();
            assertThat(SEEN).containsExactly(share(workers));
            SEEN.clear();
            trainer.score(trained, Points.rdd(EXAMPLES, workers).values());
            assertThat(SEEN).containsExactly(share(workers));
        }
        assertTaskThreadsHaveAllCores();
    }

    @Test
    void ratesThatAreTriedAtTheSameTimeShareTheCoresAndGiveThemBack() {
        JavaPairRDD<Long, float[]> examples = Points.rdd(EXAMPLES, 3);
        SEEN.clear();
        new RateTrials(1, 4, 3)
                .run(
                        LocalSpark.context(),
                        tail(),
                        WATCHING,
                        List.of(0.1, 1.0),
                        new RateTrials.Examples<>(examples, EXAMPLES, examples, EXAMPLES));
        assertThat(SEEN).containsExactly(share(2));
        assertTaskThreadsHaveAllCores();
    }

    private static int share(int tasks) {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / Math.min(2, tasks));
    }

    private static void assertTaskThreadsHaveAllCores() {
        List<Integer> tasks = IntStream.range(0, 16).boxed().toList();
        assertThat(LocalSpark.context()
                        .parallelize(tasks, tasks.size())
                        .map(task -> NativeThreads.here())
                        .collect())
                .containsOnly(NativeThreads.here());
    }

    private static ComputationGraph tail() {
        return Tails.dense(new Sgd(0.1), Activation.TANH);
    }
}
