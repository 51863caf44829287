package org.sparkfinetune.train.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.EpochOrder;
import org.sparkfinetune.train.EpochResult;
import org.sparkfinetune.train.EpochSlice;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.RoundPlan;
import org.sparkfinetune.train.RoundProgress;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;

/** The figures of a round. */
@Tag("spark")
class RoundDiagnosticsTest {
    private static final int EXAMPLES = 23;

    @Test
    void theSpreadIsTheWorkersRelativeDistanceToTheirAverage() {
        ComputationGraph tail = Tails.dense(new Adam(0.05), Activation.TANH);
        TrainingPlan plan = new TrainingPlan(5, 2, 4, 3);
        RoundProgress round = train(tail, plan).get(0);
        List<FlatVector> alone = List.of(
                fitAlone(tail, new RoundPlan(EXAMPLES, plan).slice(0, 0)),
                fitAlone(tail, new RoundPlan(EXAMPLES, plan).slice(0, 1)));
        double squaredDistance = 0;
        double squaredNorm = 0;
        for (int i = 0; i < alone.get(0).length(); i++) {
            double average = (12.0 * alone.get(0).at(i) + 11.0 * alone.get(1).at(i)) / 23;
            squaredNorm += average * average;
            squaredDistance += (12 * Math.pow(alone.get(0).at(i) - average, 2)
                            + 11 * Math.pow(alone.get(1).at(i) - average, 2))
                    / 23;
        }
        assertThat(round.spread()).isPositive().isCloseTo(Math.sqrt(squaredDistance / squaredNorm), within(1e-6));
    }

    @Test
    void aSingleWorkerHasNoSpread() {
        assertThat(train(Tails.dense(new Adam(0.05), Activation.TANH), new TrainingPlan(5, 1, 4, 3)))
                .extracting(RoundProgress::spread)
                .containsExactly(0.0, 0.0);
    }

    @Test
    void timesAndBytesAreThoseOfTheWorkers() {
        ComputationGraph tail = Tails.dense(new Adam(0.05), Activation.TANH);
        for (RoundProgress round : train(tail, new TrainingPlan(5, 3, 4, 1))) {
            assertThat(round.slowestWorker())
                    .isGreaterThanOrEqualTo(round.fastestWorker())
                    .isLessThanOrEqualTo(round.took());
            assertThat(round.fastestWorker()).isPositive();
            assertThat(round.averaging()).isEqualTo(round.took().minus(round.slowestWorker()));
            assertThat(round.bytes()).isEqualTo(3 * 4 * 3 * tail.numParams());
            assertThat(round.workers()).allMatch(worker -> worker.fitting().compareTo(worker.took()) < 0);
        }
    }

    @Test
    void averagingThatTakesMostOfTheTimeGivesAHint() {
        assertThat(new EpochResult(3, 1000, 40, 0.5, 0.9, 60, 8000, 0.63, "").hint())
                .contains("averaging took 63 % of the time of epoch 3, in 40 rounds: raise averagingFrequency");
        assertThat(new EpochResult(3, 1000, 40, 0.5, 0.9, 60, 8000, 0.5, "").hint())
                .isEmpty();
        assertThat(new EpochResult(3, 1000, 40, 0.5, 0.9, 4, 8000, 0.9, "").hint())
                .isEmpty();
    }

    private static List<RoundProgress> train(ComputationGraph tail, TrainingPlan plan) {
        List<RoundProgress> heard = new ArrayList<>();
        try (AveragingTrainer<float[]> trainer =
                new AveragingTrainer<>(LocalSpark.context(), tail, plan, Points::batch)) {
            double share = trainer.trainEpoch(TrainingState.of(tail), Points.rdd(EXAMPLES, 2), EXAMPLES, heard::add)
                    .result()
                    .averagingShare();
            assertThat(share).isBetween(0.0, 1.0);
        }
        return heard;
    }

    private static FlatVector fitAlone(ComputationGraph tail, EpochSlice slice) {
        TrainingState before = TrainingState.of(tail);
        EpochOrder order = new EpochOrder(EXAMPLES, 5, 1);
        for (long from = slice.from(); from < slice.to(); from += 4) {
            tail.fit(Points.batch(Points.inOrder(order, from, Math.min(slice.to(), from + 4))));
        }
        FlatVector after = TrainingState.of(tail).parameters();
        before.applyTo(tail);
        return after;
    }
}
