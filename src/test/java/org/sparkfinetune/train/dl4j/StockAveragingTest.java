package org.sparkfinetune.train.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkfinetune.check.DivergedException;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.EpochOrder;
import org.sparkfinetune.train.EpochResult;
import org.sparkfinetune.train.EpochTrainer.TrainedEpoch;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.LearningRateSchedule;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.RoundProgress;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.round.AveragingTrainer;
import org.sparkfinetune.train.round.Training;
import scala.Tuple2;

/** Deeplearning4j's own master as a baseline, compared with ours. */
@Tag("spark")
class StockAveragingTest {
    private static final long SEED = 42;

    static List<IUpdater> updaters() {
        return List.of(new Sgd(0.1), new Nesterovs(0.05, 0.9), new RmsProp(0.01));
    }

    /**
     * One round per epoch: the stock master's workers receive the partitions, which here are our slices.
     */
    @ParameterizedTest
    @CsvSource({"1, 4, 6", "2, 4, 3", "4, 5, 1", "3, 2, 4"})
    void theExactTrainerEqualsTheStockMasterWhereThatDropsNothing(int workers, int batchSize, int frequency) {
        TrainingPlan plan = new TrainingPlan(SEED, workers, batchSize, frequency);
        for (IUpdater updater : updaters()) {
            assertEqual(Tails.dense(updater, Activation.TANH), plan, 3, LearningRateSchedule.CONSTANT);
        }
        assertEqual(Tails.dense(new Adam(0.01), Activation.TANH), plan, 1, LearningRateSchedule.CONSTANT);
    }

    /**
     * The stock master restarts Adam's iteration count in each round; ours counts iterations as a single machine does.
     */
    @Test
    void inTheSecondRoundOfAdamTheStockMasterIsWrong() {
        TrainingPlan plan = new TrainingPlan(SEED, 1, 4, 3);
        ComputationGraph tail = Tails.dense(new Adam(0.01), Activation.TANH);
        FlatVector stock = stock(tail, plan, 2, LearningRateSchedule.CONSTANT).parameters();
        FlatVector exact = Training.epochs(tail, plan, Points.rdd(12, 3), 12, 2).parameters();
        for (int epoch = 1; epoch <= 2; epoch++) {
            for (int from = 0; from < 12; from += 4) {
                tail.fit(Points.batch(Points.inOrder(new EpochOrder(12, SEED, epoch), from, from + 4)));
            }
        }
        assertThat(exact).isEqualTo(FlatVector.of(tail.params()));
        assertThat(exact.at(0)).isNotCloseTo(stock.at(0), within(1e-3f));
    }

    @Test
    void theStockMasterTakesTheLearningRateOfTheEpochsBeginning() {
        TrainingPlan plan = new TrainingPlan(SEED, 2, 4, 3);
        LearningRateSchedule lowerEachEpoch = examplesSeen -> 1.0 / (1 + examplesSeen / 24);
        ComputationGraph tail = Tails.dense(new RmsProp(0.01), Activation.TANH);
        assertEqual(tail, plan, 3, lowerEachEpoch);
        assertThat(stock(tail, plan, 2, lowerEachEpoch))
                .isNotEqualTo(stock(tail, plan, 2, LearningRateSchedule.CONSTANT));
    }

    @Test
    void droppedExamplesAreReportedBeforeTheEpochAndCountedAfterIt() {
        TrainingPlan plan = new TrainingPlan(SEED, 2, 8, 5);
        assertThat(StockAveraging.warning(plan, 159))
                .contains("trainer dl4j leaves out at least 79 of 159 examples in every epoch: it trains only complete"
                        + " rounds"
                        + " of 80 (workers · batchSizePerWorker · averagingFrequency); trainer exact trains"
                        + " all");
        assertThat(StockAveraging.warning(plan, 160)).isEmpty();
        assertThat(StockAveraging.warning(plan, 33)).isEmpty();
        ComputationGraph tail = Tails.dense(new Sgd(0.1), Activation.TANH);
        List<RoundProgress> heard = new ArrayList<>();
        try (StockAveraging<float[]> trainer = new StockAveraging<>(LocalSpark.context(), tail, plan, Points::batch)) {
            EpochResult result = trainer.trainEpoch(TrainingState.of(tail), Points.rdd(159, 3), 159, heard::add)
                    .result();
            assertThat(result.examples()).isEqualTo(80);
            assertThat(result.rounds()).isEqualTo(1);
            assertThat(result.loss()).isBetween(0.1, 5.0);
            assertThat(heard).singleElement().satisfies(progress -> {
                assertThat(progress.examplesDone()).isEqualTo(80);
                assertThat(progress.examples()).isEqualTo(159);
            });
        }
        assertThat(LocalSpark.context().getPersistentRDDs()).isEmpty();
    }

    @Test
    void divergenceIsReported() {
        ComputationGraph tail = Tails.dense(new Sgd(1e30), Activation.RELU);
        try (StockAveraging<float[]> trainer =
                new StockAveraging<>(LocalSpark.context(), tail, new TrainingPlan(SEED, 2, 4, 4), Points::batch)) {
            assertThatThrownBy(() ->
                            trainer.trainEpoch(TrainingState.of(tail), Points.rdd(32, 2), 32, RoundListener.SILENT))
                    .isInstanceOf(DivergedException.class)
                    .hasMessageMatching("epoch 1, round 1, worker [01]: training diverged: .*");
        }
    }

    private static void assertEqual(
            ComputationGraph tail, TrainingPlan plan, int epochs, LearningRateSchedule schedule) {
        int examples = plan.workers() * plan.batchSizePerWorker() * plan.averagingFrequency();
        TrainingState stock = stock(tail, plan, epochs, schedule);
        TrainingState exact = TrainingState.of(tail);
        try (AveragingTrainer<float[]> trainer =
                new AveragingTrainer<>(LocalSpark.context(), tail, plan, Points::batch)) {
            for (int epoch = 1; epoch <= epochs; epoch++) {
                exact = trainer.trainEpoch(exact, Points.rdd(examples, 3), examples, schedule, RoundListener.SILENT)
                        .state();
            }
        }
        assertClose(stock.parameters(), exact.parameters());
        assertClose(stock.updaterState(), exact.updaterState());
        assertThat(stock.iterations()).isEqualTo(exact.iterations()).isEqualTo(epochs * plan.averagingFrequency());
        assertThat(stock.epochs()).isEqualTo(epochs);
    }

    private static TrainingState stock(
            ComputationGraph tail, TrainingPlan plan, int epochs, LearningRateSchedule schedule) {
        int examples = plan.workers() * plan.batchSizePerWorker() * plan.averagingFrequency();
        TrainingState state = TrainingState.of(tail);
        try (StockAveraging<float[]> trainer = new StockAveraging<>(LocalSpark.context(), tail, plan, Points::batch)) {
            for (int epoch = 1; epoch <= epochs; epoch++) {
                TrainedEpoch trained = trainer.trainEpoch(
                        state, inOrder(examples, epoch, plan.workers()), examples, schedule, RoundListener.SILENT);
                assertThat(trained.result().examples()).isEqualTo(examples);
                state = trained.state();
            }
        }
        return state;
    }

    private static JavaPairRDD<Long, float[]> inOrder(int examples, int epoch, int partitions) {
        EpochOrder order = new EpochOrder(examples, SEED, epoch);
        List<Tuple2<Long, float[]>> ordered = new ArrayList<>();
        for (int position = 0; position < examples; position++) {
            long example = order.exampleAt(position);
            ordered.add(new Tuple2<>(example, Points.example(example)));
        }
        return LocalSpark.context().parallelizePairs(ordered, partitions);
    }

    private static void assertClose(FlatVector actual, FlatVector expected) {
        assertThat(actual.length()).isEqualTo(expected.length());
        for (long i = 0; i < actual.length(); i++) {
            assertThat(actual.at(i)).isCloseTo(expected.at(i), within(1e-6f));
        }
    }
}
