package org.sparkfinetune.train.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkfinetune.train.EpochOrder;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;

/** Distributed training equals DL4J on one machine in all cases in which it should by definition. */
@Tag("spark")
class SingleMachineEqualityTest {
    private static final long SEED = 42;

    static List<IUpdater> updaters() {
        return List.of(new Sgd(0.1), new RmsProp(0.01), new Adam(0.01));
    }

    @ParameterizedTest
    @MethodSource("updaters")
    void oneWorkerEqualsDl4jBitForBit(IUpdater updater) {
        int examples = 53;
        int epochs = 3;
        ComputationGraph alone = Tails.dense(updater, Activation.TANH);
        TrainingState trained =
                Training.epochs(alone, new TrainingPlan(SEED, 1, 8, 2), Points.rdd(examples, 3), examples, epochs);

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
    @CsvSource({"4, 10, 120", "3, 10, 47", "3, 4, 13", "2, 7, 31"})
    void averagingEachMinibatchWithSgdEqualsOneLargeMinibatch(int workers, int batchSize, int examples) {
        ComputationGraph alone = Tails.dense(new Sgd(0.5), Activation.TANH);
        TrainingState trained = Training.epochs(
                alone, new TrainingPlan(SEED, workers, batchSize, 1), Points.rdd(examples, 3), examples, 2);

        int large = workers * batchSize;
        for (int epoch = 1; epoch <= 2; epoch++) {
            EpochOrder order = new EpochOrder(examples, SEED, epoch);
            for (int from = 0; from < examples; from += large) {
                alone.fit(Points.batch(Points.inOrder(order, from, Math.min(examples, from + large))));
            }
        }
        assertClose(trained.parameters(), FlatVector.of(alone.params()));
    }

    private static void assertClose(FlatVector actual, FlatVector expected) {
        assertThat(actual.length()).isEqualTo(expected.length());
        for (long i = 0; i < actual.length(); i++) {
            double tolerance = 1e-6 + 1e-5 * Math.abs(expected.at(i));
            assertThat((double) actual.at(i)).isCloseTo(expected.at(i), within(tolerance));
        }
    }
}
