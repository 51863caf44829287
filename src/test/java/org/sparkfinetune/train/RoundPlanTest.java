package org.sparkfinetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.InvalidRequestException;

class RoundPlanTest {
    private static final int[] EXAMPLES = {1, 2, 3, 5, 7, 10, 13, 16, 31, 47, 64, 97, 100, 159, 242, 301};
    private static final int[] WORKERS = {1, 2, 3, 4, 7, 13, 500};
    private static final int[] BATCH_SIZES = {1, 2, 3, 10, 16, 400};
    private static final int[] FREQUENCIES = {1, 2, 3, 5, 400};

    @Test
    void everyPositionIsInExactlyOneSliceWhateverTheNumbersAre() {
        int plans = 0;
        for (int examples : EXAMPLES) {
            for (int workers : WORKERS) {
                for (int batchSize : BATCH_SIZES) {
                    for (int frequency : FREQUENCIES) {
                        checkAssignment(plan(examples, workers, batchSize, frequency));
                        plans++;
                    }
                }
            }
        }
        assertThat(plans).isEqualTo(3360);
    }

    private static void checkAssignment(RoundPlan plan) {
        long next = 0;
        long perRound = plan.training().examplesPerRound();
        for (int round = 0; round < plan.rounds(); round++) {
            long roundFrom = next;
            int longest = plan.slice(round, 0).length();
            for (int worker = 0; worker < plan.workers(); worker++) {
                EpochSlice slice = plan.slice(round, worker);
                assertThat(slice.from())
                        .as("%s round %s worker %s", plan, round, worker)
                        .isEqualTo(next);
                assertThat(slice.length()).isBetween(Math.max(0, longest - 1), longest);
                assertThat(slice.length()).isLessThanOrEqualTo((int) (perRound / plan.workers()));
                int partition = plan.partition(round, worker);
                assertThat(partition).isEqualTo(round * plan.workers() + worker);
                for (long position = slice.from(); position < slice.to(); position++) {
                    assertThat(plan.partitionOf(position)).isEqualTo(partition);
                }
                next = slice.to();
            }
            assertThat(next - roundFrom).isEqualTo(Math.min(perRound, plan.examples() - roundFrom));
        }
        assertThat(next).isEqualTo(plan.examples());
    }

    @Test
    void theLastRoundIsDividedAlmostEvenly() {
        RoundPlan plan = plan(47, 3, 10, 1);
        assertThat(plan.rounds()).isEqualTo(2);
        assertThat(IntStream.range(0, 3).mapToObj(worker -> plan.slice(1, worker)))
                .containsExactly(new EpochSlice(30, 6), new EpochSlice(36, 6), new EpochSlice(42, 5));
    }

    @Test
    void positionsBeyondAnIntAreAssignedToo() {
        RoundPlan plan = plan(50_000_000_000L, 1000, 64, 10);
        assertThat(plan.rounds()).isEqualTo(78_125);
        assertThat(plan.slice(78_124, 999)).isEqualTo(new EpochSlice(49_999_999_360L, 640));
        assertThat(plan.partitionOf(49_999_999_999L)).isEqualTo(78_124_999);
    }

    @Test
    void numbersBelowOneAreRefusedWithTheirKey() {
        assertThatThrownBy(() -> new TrainingPlan(1, 0, 16, 1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("training.workers: must be at least 1, not 0");
        assertThatThrownBy(() -> new TrainingPlan(1, 1, 0, 1))
                .hasMessage("training.batchSizePerWorker: must be at least 1, not 0");
        assertThatThrownBy(() -> new TrainingPlan(1, 1, 1, -1))
                .hasMessage("training.averagingFrequency: must be at least 1, not -1");
        assertThatThrownBy(() -> plan(0, 1, 1, 1)).hasMessage("training examples: must be at least 1, not 0");
    }

    @Test
    void morePartitionsThanSparkCanNumberAreRefused() {
        assertThatThrownBy(() -> plan(3_000_000_000L, 1, 1, 1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("training.averagingFrequency: 1 makes 3000000000 slices of an epoch of 3000000000 examples;"
                        + " at most 2147483647 are possible: raise averagingFrequency or batchSizePerWorker");
    }

    private static RoundPlan plan(long examples, int workers, int batchSize, int frequency) {
        return new RoundPlan(examples, new TrainingPlan(1, workers, batchSize, frequency));
    }
}
