package org.sparkfinetune.jobs.finetune.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.train.LearningRateSchedule;

class ScheduleOptionsTest {
    private static final int EXAMPLES = 50;

    @Test
    void withoutAScheduleTheRateStays() {
        LearningRateSchedule schedule = options("kind: constant").of(0, 4, EXAMPLES, 0);
        assertThat(schedule.factor(0)).isEqualTo(1);
        assertThat(schedule.factor(1_000_000)).isEqualTo(1);
    }

    @Test
    void stepsAreCountedInEpochs() {
        LearningRateSchedule schedule =
                options("{kind: step, stepEpochs: 2, factor: 0.5}").of(0, 9, EXAMPLES, 0);
        assertThat(schedule.factor(2 * EXAMPLES - 1)).isEqualTo(1);
        assertThat(schedule.factor(2 * EXAMPLES)).isEqualTo(0.5);
    }

    @Test
    void aStageHasItsOwnCurveFromItsFirstEpochToItsLast() {
        LearningRateSchedule schedule = options("{kind: cosine, end: 0.1}").of(3, 4, EXAMPLES, 0);
        assertThat(schedule.factor(3 * EXAMPLES)).isEqualTo(1);
        assertThat(schedule.factor(5 * EXAMPLES)).isCloseTo(0.55, within(1e-12));
        assertThat(schedule.factor(7 * EXAMPLES)).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void aWarmUpTakesItsPartOfTheStage() {
        LearningRateSchedule schedule =
                options("{kind: cosine, end: 0, warmUpEpochs: 1}").of(0, 3, EXAMPLES, 0);
        assertThat(schedule.factor(0)).isEqualTo(0.04);
        assertThat(schedule.factor(EXAMPLES)).isEqualTo(1);
        assertThat(schedule.factor(2 * EXAMPLES)).isCloseTo(0.5, within(1e-12));
        assertThat(schedule.factor(3 * EXAMPLES)).isZero();
    }

    @Test
    void oneCycleEndsWithTheStage() {
        LearningRateSchedule schedule =
                options("{kind: one-cycle, rise: 0.25, end: 0.01}").of(0, 4, EXAMPLES, 0);
        assertThat(schedule.factor(EXAMPLES)).isEqualTo(1);
        assertThat(schedule.factor(4 * EXAMPLES)).isCloseTo(0.01, within(1e-12));
    }

    @Test
    void everyPlateauLowersTheRate() {
        ScheduleOptions options = options("{kind: reduce-on-plateau, factor: 0.5}");
        assertThat(options.of(0, 9, EXAMPLES, 0).factor(0)).isEqualTo(1);
        assertThat(options.of(0, 9, EXAMPLES, 2).factor(0)).isEqualTo(0.25);
    }

    private static ScheduleOptions options(String yaml) {
        return YamlFile.bind("schedule.yaml", yaml, ScheduleOptions.class);
    }
}
