package org.sparkfinetune.train.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.DivergedException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.EpochResult;
import org.sparkfinetune.train.EpochTrainer.TrainedEpoch;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.RoundPlan;
import org.sparkfinetune.train.RoundProgress;
import org.sparkfinetune.train.Score;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.blocks.SharedMemory;
import scala.Tuple2;

@Tag("spark")
class AveragingTrainerTest {
    /** Random numbers of examples and workers, minibatch sizes and frequencies, the same in every run. */
    static Stream<Arguments> randomNumbers() {
        Random random = new Random(20261124);
        return Stream.generate(() -> Arguments.of(
                        1 + random.nextInt(150), 1 + random.nextInt(9), 1 + random.nextInt(12), 1 + random.nextInt(5)))
                .limit(12);
    }

    @ParameterizedTest
    @MethodSource("randomNumbers")
    @CsvSource({
        "1, 1, 1, 1",
        "1, 4, 16, 5",
        "2, 3, 1, 1",
        "7, 2, 3, 1",
        "13, 4, 2, 3",
        "31, 3, 50, 2",
        "47, 3, 10, 1",
        "97, 7, 4, 2",
        "159, 2, 16, 5",
        "242, 2, 16, 3",
        "20, 2, 4, 100"
    })
    void everyExampleIsReadOnceAndTrainedOnceAnEpoch(int examples, int workers, int batchSize, int frequency) {
        ComputationGraph tail = Tails.dense(new Adam(0.01), Activation.TANH);
        TrainingPlan plan = new TrainingPlan(3, workers, batchSize, frequency);
        CollectionAccumulator<Integer> trained = LocalSpark.context().sc().collectionAccumulator("trained");
        LongAccumulator read = LocalSpark.context().sc().longAccumulator("read");
        JavaPairRDD<Long, float[]> rdd = Points.rdd(examples, 3).mapValues(example -> {
            read.add(1);
            return example;
        });
        Batcher<float[]> recording = minibatch -> {
            minibatch.forEach(example -> trained.add((int) example[0]));
            return Points.batch(minibatch);
        };
        List<RoundProgress> heard = new ArrayList<>();
        try (AveragingTrainer<float[]> trainer = new AveragingTrainer<>(LocalSpark.context(), tail, plan, recording)) {
            TrainedEpoch epoch = trainer.trainEpoch(TrainingState.of(tail), rdd, examples, heard::add);

            List<Integer> indices = new ArrayList<>(trained.value());
            Collections.sort(indices);
            assertThat(indices)
                    .containsExactlyElementsOf(
                            LongStream.range(0, examples).mapToObj(i -> (int) i).toList());
            assertThat(read.value()).isEqualTo(examples);
            EpochResult result = epoch.result();
            assertThat(result.examples()).isEqualTo(examples);
            assertThat(result.rounds())
                    .isEqualTo(new RoundPlan(examples, plan).rounds())
                    .isEqualTo(heard.size());
            assertThat(result.epoch()).isEqualTo(1);
            assertThat(epoch.state().epochs()).isEqualTo(1);
            assertThat(result.bytesPerRound())
                    .isEqualTo(4 * (tail.numParams() + tail.updaterState().length()));
        }
    }

    @Test
    void theListenerHearsWhereTheTrainingIs() {
        ComputationGraph tail = Tails.dense(new Sgd(0.1), Activation.TANH);
        List<RoundProgress> heard = new ArrayList<>();
        List<String> descriptions = new ArrayList<>();
        LocalSpark.context().setLocalProperty("spark.job.description", "before");
        try (AveragingTrainer<float[]> trainer =
                new AveragingTrainer<>(LocalSpark.context(), tail, new TrainingPlan(3, 2, 8, 1), Points::batch)) {
            TrainedEpoch epoch = trainer.trainEpoch(TrainingState.of(tail), Points.rdd(37, 3), 37, progress -> {
                heard.add(progress);
                descriptions.add(LocalSpark.context().getLocalProperty("spark.job.description"));
            });
            assertThat(heard).extracting(RoundProgress::round).containsExactly(1, 2, 3);
            assertThat(heard).extracting(RoundProgress::examplesDone).containsExactly(16L, 32L, 37L);
            assertThat(heard)
                    .allMatch(progress -> progress.epoch() == 1 && progress.rounds() == 3 && progress.examples() == 37);
            double lossSum = 16 * heard.get(0).loss()
                    + 16 * heard.get(1).loss()
                    + 5 * heard.get(2).loss();
            assertThat(epoch.result().loss()).isCloseTo(lossSum / 37, within(1e-12));
            assertThat(heard.get(2).workers())
                    .extracting(report -> report.fit().examples())
                    .containsExactly(3L, 2L);
            assertThat(heard.get(2).workers())
                    .allMatch(report -> report.bytesSent() == epoch.result().bytesPerRound());
        }
        // It is called for a round while the next one is being fitted.
        assertThat(descriptions)
                .containsExactly(
                        "before, round 2 of 3 on 2 workers",
                        "before, round 3 of 3 on 2 workers",
                        "before, round 3 of 3 on 2 workers");
        assertThat(LocalSpark.context().getLocalProperty("spark.job.description"))
                .isEqualTo("before");
        LocalSpark.context().setLocalProperty("spark.job.description", null);
    }

    @Test
    void trainingLearns() {
        ComputationGraph tail = Tails.dense(new Adam(0.02), Activation.TANH);
        try (AveragingTrainer<float[]> trainer =
                new AveragingTrainer<>(LocalSpark.context(), tail, new TrainingPlan(3, 2, 8, 2), Points::batch)) {
            TrainingState state = TrainingState.of(tail);
            Score before = trainer.score(state, Points.rdd(300, 3).values());
            for (int epoch = 1; epoch <= 4; epoch++) {
                state = trainer.trainEpoch(state, Points.rdd(150, 3), 150, RoundListener.SILENT)
                        .state();
            }
            Score after = trainer.score(state, Points.rdd(300, 3).values());
            assertThat(after.accuracy()).isGreaterThan(0.8).isGreaterThan(before.accuracy() + 0.2);
            assertThat(after.loss()).isLessThan(before.loss());
        }
    }

    @Test
    void anEpochReleasesTheStateThatItBeganWith() {
        ComputationGraph tail = Tails.dense(new Adam(0.02), Activation.TANH);
        try (AveragingTrainer<float[]> trainer =
                new AveragingTrainer<>(LocalSpark.context(), tail, new TrainingPlan(3, 2, 8, 2), Points::batch)) {
            TrainingState before = TrainingState.of(tail);
            TrainingState after = trainer.trainEpoch(before, Points.rdd(50, 3), 50, RoundListener.SILENT)
                    .state();
            assertThat(before.parameters()).asString().endsWith("released");
            assertThat(before.updaterState()).asString().endsWith("released");
            assertThat(after.parameters().at(0)).isFinite();
        }
    }

    @Test
    void divergenceIsReportedWithItsPlaceAndWithoutTryingAgain() {
        ComputationGraph tail = Tails.dense(new Sgd(1e30), Activation.RELU);
        LongAccumulator batches = LocalSpark.context().sc().longAccumulator("batches");
        Batcher<float[]> counting = minibatch -> {
            batches.add(1);
            return Points.batch(minibatch);
        };
        try (AveragingTrainer<float[]> trainer =
                new AveragingTrainer<>(LocalSpark.context(), tail, new TrainingPlan(3, 2, 8, 1), counting)) {
            assertThatThrownBy(() ->
                            trainer.trainEpoch(TrainingState.of(tail), Points.rdd(64, 2), 64, RoundListener.SILENT))
                    .isInstanceOf(DivergedException.class)
                    .hasMessageMatching("epoch 1, round [12], worker [01]: training diverged: the loss became"
                            + " (NaN|-?Infinity); lower training.learningRate .*");
        }
        assertThat(batches.value()).isBetween(2L, 4L);
    }

    @Test
    void examplesThatAreMissingTwiceThereOrOutsideAreRefused() {
        assertRefused(
                Points.rdd(10, 2).filter(example -> example._1() != 4), "1 example(s) are missing from position ");
        assertRefused(
                Points.rdd(10, 2)
                        .mapToPair(example -> new Tuple2<>(example._1() == 4 ? 5 : example._1(), example._2())),
                ": the examples are not 10 with each index of 0..9 once: ");
        assertRefused(
                Points.rdd(10, 2).mapToPair(example -> new Tuple2<>(example._1() + 1, example._2())),
                "an index is outside 0..n-1");
        assertRefused(Points.rdd(11, 2), "an index is outside 0..n-1");
        assertRefused(Points.rdd(10, 2).filter(example -> false), "missing from position 0");
    }

    private static void assertRefused(JavaPairRDD<Long, float[]> examples, String message) {
        ComputationGraph tail = Tails.dense(new Sgd(0.1), Activation.TANH);
        TrainingPlan plan = new TrainingPlan(3, 2, 2, 1);
        assertThatThrownBy(() -> Training.epochs(tail, plan, examples, 10, 1))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aStateOfAnotherTailIsRefused() {
        ComputationGraph tail = Tails.dense(new Sgd(0.1), Activation.TANH);
        ComputationGraph other = Tails.dense(new Adam(0.1), Activation.TANH);
        TrainingPlan plan = new TrainingPlan(3, 2, 2, 1);
        assertThatThrownBy(() -> Training.from(TrainingState.of(other), tail, plan, Points.rdd(10, 2), 10, 1))
                .hasMessage("a state of 83 parameters and 166 floats of updater state does not fit a tail of 83 and 0");
    }

    @Test
    void sharedMemoryIsSwitchedByTrueAndFalseOnly() {
        LocalSpark.context().sc().conf().set(SharedMemory.KEY, "no");
        try {
            assertThatThrownBy(() -> SharedMemory.isEnough(LocalSpark.context().sc(), 1))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("spark.finetune.sharedMemory: must be true or false, not no");
            LocalSpark.context().sc().conf().set(SharedMemory.KEY, "false");
            assertThat(SharedMemory.isEnough(LocalSpark.context().sc(), 1)).isFalse();
        } finally {
            LocalSpark.context().sc().conf().remove(SharedMemory.KEY);
        }
        assertThat(SharedMemory.isEnough(LocalSpark.context().sc(), 1)).isTrue();
        assertThat(SharedMemory.isEnough(LocalSpark.context().sc(), Long.MAX_VALUE))
                .isFalse();
    }

    /** Blocks in the memory of the host, or in Spark's block managers: the same bits. */
    @Test
    void whereBlocksLieChangesNothing() {
        ComputationGraph tail = Tails.normalised(new Adam(0.01), true);
        TrainingPlan plan = new TrainingPlan(3, 3, 4, 2);
        TrainingState shared = Training.epochs(tail, plan, Points.rdd(71, 3), 71, 2);
        LocalSpark.context().sc().conf().set(SharedMemory.KEY, "false");
        try {
            assertThat(Training.epochs(tail, plan, Points.rdd(71, 3), 71, 2)).isEqualTo(shared);
        } finally {
            LocalSpark.context().sc().conf().remove(SharedMemory.KEY);
        }
    }
}
