package org.sparkfinetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkfinetune.testing.LocalSpark;

/** Distributed training equals DL4J on one machine where the definition says so. */
@Tag("spark")
class SingleMachineEqualityTest {
    private static final long SEED = 42;

    enum Updater {
        SGD(new Sgd(0.1)),
        RMSPROP(new RmsProp(0.01)),
        ADAM(new Adam(0.01));

        private final IUpdater updater;

        Updater(IUpdater updater) {
            this.updater = updater;
        }
    }

    @ParameterizedTest
    @EnumSource(Updater.class)
    void oneWorkerEqualsDl4jBitForBit(Updater updater) {
        int examples = 53;
        int epochs = 3;
        ComputationGraph alone = Tails.dense(updater.updater, Activation.TANH);
        TrainingState trained = train(alone, new TrainingPlan(SEED, 1, 8, 2), examples, epochs);

        for (int epoch = 1; epoch <= epochs; epoch++) {
            EpochOrder order = new EpochOrder(examples, SEED, epoch);
            for (int from = 0; from < examples; from += 8) {
                alone.fit(Points.batch(Points.inOrder(order, from, Math.min(examples, from + 8))));
            }
            alone.incrementEpochCount();
        }
        assertThat(trained).isEqualTo(TrainingState.of(alone));
    }

    /** 4 times 10 is the upstream test; with 3 workers and 47 examples the slices of the last round are 6, 6 and 5. */
    @ParameterizedTest
    @CsvSource({"4, 10, 120", "3, 10, 47", "3, 4, 13", "2, 10, 21"})
    void averagingEachMinibatchWithSgdEqualsOneLargeMinibatch(int workers, int batchSize, int examples) {
        ComputationGraph alone = Tails.dense(new Sgd(0.5), Activation.TANH);
        TrainingState trained = train(alone, new TrainingPlan(SEED, workers, batchSize, 1), examples, 2);

        int large = workers * batchSize;
        for (int epoch = 1; epoch <= 2; epoch++) {
            EpochOrder order = new EpochOrder(examples, SEED, epoch);
            for (int from = 0; from < examples; from += large) {
                alone.fit(Points.batch(Points.inOrder(order, from, Math.min(examples, from + large))));
            }
        }
        assertClose(trained.parameters(), FlatVector.of(alone.params()));
    }

    private static TrainingState train(ComputationGraph tail, TrainingPlan plan, int examples, int epochs) {
        TrainingState state = TrainingState.of(tail);
        try (AveragingTrainer<float[]> trainer =
                new AveragingTrainer<>(LocalSpark.context(), tail, plan, Points::batch)) {
            for (int epoch = 1; epoch <= epochs; epoch++) {
                state = trainer.trainEpoch(state, Points.rdd(examples, 3), examples, RoundListener.SILENT)
                        .state();
            }
        }
        return state;
    }

    private static void assertClose(FlatVector actual, FlatVector expected) {
        assertThat(actual.length()).isEqualTo(expected.length());
        for (long i = 0; i < actual.length(); i++) {
            double tolerance = 1e-6 + 1e-5 * Math.abs(expected.at(i));
            assertThat((double) actual.at(i)).isCloseTo(expected.at(i), within(tolerance));
        }
    }

    @Test
    void unequalSlicesWouldShowAnUnweightedAverage() {
        assertThat(new TrainingPlan(SEED, 2, 10, 1).rounds(21).slice(1, 0).length())
                .isEqualTo(1);
        assertThat(new TrainingPlan(SEED, 2, 10, 1).rounds(21).slice(1, 1).length())
                .isZero();
        assertThat(new TrainingPlan(SEED, 3, 4, 1).rounds(5).slice(0, 0).length())
                .isEqualTo(2);
        assertThat(new TrainingPlan(SEED, 3, 4, 1).rounds(5).slice(0, 2).length())
                .isEqualTo(1);
    }
}
