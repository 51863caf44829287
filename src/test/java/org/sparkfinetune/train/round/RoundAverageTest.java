package org.sparkfinetune.train.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkfinetune.train.EpochOrder;
import org.sparkfinetune.train.EpochSlice;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.RoundPlan;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.average.RunningStatistics;

/** A round compared with its workers, each trained alone on its slice. */
@Tag("spark")
class RoundAverageTest {
    private static final int EXAMPLES = 23;
    private static final TrainingPlan PLAN = new TrainingPlan(5, 2, 4, 3);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void parametersStateAndStatisticsAreCombinedByWeight(boolean logarithmic) {
        ComputationGraph tail = Tails.normalised(new Adam(0.01), logarithmic);
        TrainingState before = TrainingState.of(tail);
        List<TrainingState> alone = new ArrayList<>();
        for (int worker = 0; worker < 2; worker++) {
            alone.add(fitAlone(before, tail, new RoundPlan(EXAMPLES, PLAN).slice(0, worker)));
        }
        TrainingState averaged = Training.from(before, tail, PLAN, Points.rdd(EXAMPLES, 2), EXAMPLES, 1);

        assertThat(averaged.iterations()).isEqualTo(3);
        FlatVector first = alone.get(0).parameters();
        FlatVector second = alone.get(1).parameters();
        RunningStatistics layer = new RunningStatistics(72, 80, 8, logarithmic);
        for (int i = 0; i < first.length(); i++) {
            double expected = i >= 80 && i < 88
                    ? totalVariance(layer, i, first, second)
                    : (12.0 * first.at(i) + 11.0 * second.at(i)) / 23;
            assertThat((double) averaged.parameters().at(i))
                    .as("parameter %s", i)
                    .isCloseTo(expected, within(1e-7 + 2e-7 * Math.abs(expected)));
        }
        FlatVector firstState = alone.get(0).updaterState();
        FlatVector secondState = alone.get(1).updaterState();
        assertThat(firstState).isNotEqualTo(secondState);
        for (int i = 0; i < firstState.length(); i++) {
            assertThat(averaged.updaterState().at(i))
                    .isEqualTo((float) ((12.0 * firstState.at(i) + 11.0 * secondState.at(i)) / 23));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneWorkerKeepsItsStatisticsBitForBit(boolean logarithmic) {
        ComputationGraph tail = Tails.normalised(new Adam(0.01), logarithmic);
        TrainingState before = TrainingState.of(tail);
        TrainingPlan plan = new TrainingPlan(5, 1, 4, 100);
        TrainingState expected = fitAlone(before, tail, new RoundPlan(EXAMPLES, plan).slice(0, 0));
        TrainingState trained = Training.from(before, tail, plan, Points.rdd(EXAMPLES, 2), EXAMPLES, 1);
        assertThat(trained.parameters()).isEqualTo(expected.parameters());
        assertThat(trained.updaterState()).isEqualTo(expected.updaterState());
    }

    private static TrainingState fitAlone(TrainingState before, ComputationGraph tail, EpochSlice slice) {
        before.applyTo(tail);
        EpochOrder order = new EpochOrder(EXAMPLES, PLAN.seed(), 1);
        for (long from = slice.from(); from < slice.to(); from += 4) {
            tail.fit(Points.batch(Points.inOrder(order, from, Math.min(slice.to(), from + 4))));
        }
        TrainingState after = TrainingState.of(tail);
        before.applyTo(tail);
        return after;
    }

    private static double totalVariance(RunningStatistics layer, int at, FlatVector first, FlatVector second) {
        int channel = at - (int) layer.varianceFrom();
        double firstMean = first.at(layer.meanFrom() + channel);
        double secondMean = second.at(layer.meanFrom() + channel);
        double mean = (12 * firstMean + 11 * secondMean) / 23;
        double secondMoments = (12 * (variance(layer, first.at(at)) + firstMean * firstMean)
                        + 11 * (variance(layer, second.at(at)) + secondMean * secondMean))
                / 23;
        double variance = secondMoments - mean * mean;
        return layer.logarithmic() ? Math.log10(Math.sqrt(variance)) : variance;
    }

    private static double variance(RunningStatistics layer, double stored) {
        return layer.logarithmic() ? Math.pow(Math.pow(10, stored), 2) : stored;
    }
}
