package org.sparkfinetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.round.AveragingTrainer;

/** The learning rate depends on the examples seen, not on the number of workers. */
@Tag("spark")
class LearningRateScheduleTest {
    private static final int EXAMPLES = 47;
    private static final long SEED = 42;
    private static final double BASE = 0.05;
    private static final LearningRateSchedule DECAY = examplesSeen -> 1.0 / (1 + examplesSeen / 20.0);

    static List<IUpdater> updaters() {
        return List.of(new Sgd(BASE), new Nesterovs(BASE, 0.9), new RmsProp(BASE), new Adam(BASE));
    }

    @ParameterizedTest
    @MethodSource("updaters")
    void oneWorkerEqualsDl4jWithTheRateSetBeforeEachMinibatch(IUpdater updater) {
        ComputationGraph alone = Tails.dense(updater, Activation.TANH);
        assertThat(train(alone, new TrainingPlan(SEED, 1, 8, 2), DECAY)).isEqualTo(fitAlone(alone, 8));
    }

    @Test
    void manyWorkersEqualOneMachineWithLargeMinibatchesAtTheSameRates() {
        ComputationGraph alone = Tails.dense(new Sgd(BASE), Activation.TANH);
        FlatVector trained =
                train(alone, new TrainingPlan(SEED, 3, 4, 1), DECAY).parameters();
        FlatVector expected = fitAlone(alone, 12).parameters();
        for (long i = 0; i < trained.length(); i++) {
            assertThat(trained.at(i)).isCloseTo(expected.at(i), within(1e-6f));
        }
    }

    @Test
    void dl4jsOwnScheduleIsMultiplied() {
        ExponentialSchedule own = new ExponentialSchedule(ScheduleType.ITERATION, BASE, 0.9);
        ComputationGraph alone = Tails.dense(new Adam(own), Activation.TANH);
        TrainingPlan plan = new TrainingPlan(SEED, 1, 8, 1);
        TrainingState halved = train(alone, plan, examplesSeen -> 0.5);
        ComputationGraph half =
                Tails.dense(new Adam(new ExponentialSchedule(ScheduleType.ITERATION, BASE / 2, 0.9)), Activation.TANH);
        assertThat(halved).isEqualTo(train(half, plan, LearningRateSchedule.CONSTANT));
        assertThat(halved).isNotEqualTo(train(alone, plan, LearningRateSchedule.CONSTANT));
    }

    private static TrainingState train(ComputationGraph tail, TrainingPlan plan, LearningRateSchedule schedule) {
        TrainingState state = TrainingState.of(tail);
        try (AveragingTrainer<float[]> trainer =
                new AveragingTrainer<>(LocalSpark.context(), tail, plan, Points::batch)) {
            for (int epoch = 1; epoch <= 2; epoch++) {
                state = trainer.trainEpoch(state, Points.rdd(EXAMPLES, 3), EXAMPLES, schedule, RoundListener.SILENT)
                        .state();
            }
        }
        return state;
    }

    private static TrainingState fitAlone(ComputationGraph alone, int batchSize) {
        for (int epoch = 1; epoch <= 2; epoch++) {
            EpochOrder order = new EpochOrder(EXAMPLES, SEED, epoch);
            for (int from = 0; from < EXAMPLES; from += batchSize) {
                alone.setLearningRate(BASE * DECAY.factor((epoch - 1L) * EXAMPLES + from));
                alone.fit(Points.batch(Points.inOrder(order, from, Math.min(EXAMPLES, from + batchSize))));
            }
            alone.incrementEpochCount();
        }
        return TrainingState.of(alone);
    }
}
