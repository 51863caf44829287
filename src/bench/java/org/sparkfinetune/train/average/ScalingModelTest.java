package org.sparkfinetune.train.average;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.bench.scaling.RoundModel;
import org.sparkfinetune.train.FlatVector;

/**
 * The arithmetic of docs/scaling.md, for cases checked by hand, and for the sizes that the trainer uses.
 */
class ScalingModelTest {
    private static final Offset<Double> ROUNDING = within(1e-9);
    /** 100 MB/s over the network, 200 MB/s copied, 400 MB/s added, 0.1 s per stage. */
    private static final RoundModel.Costs COSTS = new RoundModel.Costs(100e6, 200e6, 400e6, 0.1, 0.001, 0.002);

    @Test
    void aRoundOfASmallStateOnTwoExecutors() {
        // Two chunks on two owners; 10 examples of 10 ms.
        RoundModel.Parts parts = new RoundModel(COSTS, 1_000_000, 0.01).parts(2, 10);
        assertThat(parts.takeOver()).isCloseTo(0.005 + 0.002 + 0.005, ROUNDING);
        assertThat(parts.fit()).isCloseTo(0.1, ROUNDING);
        assertThat(parts.cut()).isCloseTo(0.005, ROUNDING);
        assertThat(parts.exchange()).isCloseTo(0.005 + 0.002, ROUNDING);
        assertThat(parts.add()).isCloseTo(1_000_000 / 400e6, ROUNDING);
        assertThat(parts.collect()).isCloseTo(0.01 + 2 * 0.002 + 0.005, ROUNDING);
        assertThat(parts.spark()).isCloseTo(2 * 0.1 + 4 * 0.001, ROUNDING);
        assertThat(parts.total()).isCloseTo(0.012 + 0.1 + 0.005 + 0.007 + 0.0025 + 0.204, ROUNDING);
        assertThat(parts.averaging()).isCloseTo(parts.total() - 0.1, ROUNDING);
        // Collecting takes 0.009 s longer than a fit of one example.
        assertThat(new RoundModel(COSTS, 1_000_000, 0.01).parts(2, 1).total())
                .isCloseTo(0.012 + 0.01 + 0.005 + 0.007 + 0.0025 + 0.009 + 0.204, ROUNDING);
    }

    @Test
    void aRoundOfALargeStateOnFourExecutors() {
        // 400 MB: 96 chunks, the last one short, on 4 owners, each of which has a quarter locally.
        RoundModel.Parts parts = new RoundModel(COSTS, 400_000_000, 0.01).parts(4, 10);
        assertThat(parts.takeOver()).isCloseTo(3.0 + 72 * 0.002 + 2.0, ROUNDING);
        assertThat(parts.exchange()).isCloseTo(3.0 + 72 * 0.002, ROUNDING);
        assertThat(parts.add()).isCloseTo(1.0, ROUNDING);
        assertThat(parts.collect()).isCloseTo(4.0 + 96 * 0.002 + 2.0, ROUNDING);
        assertThat(parts.spark()).isCloseTo(2 * 0.1 + 8 * 0.001, ROUNDING);
    }

    @Test
    void anEpochIsItsFullRoundsAndWhatIsLeft() {
        RoundModel model = new RoundModel(COSTS, 1_000_000, 0.01);
        double full = model.parts(2, 10).total();
        assertThat(model.epochSeconds(2, 60, 10)).isCloseTo(3 * full, ROUNDING);
        assertThat(model.epochSeconds(2, 65, 10))
                .isCloseTo(3 * full + model.parts(2, 3).total(), ROUNDING);
        assertThat(model.epochSeconds(256, 65, 10))
                .isCloseTo(model.parts(256, 1).total(), ROUNDING);
    }

    @Test
    void doublingPaysUntilAveragingTakesOver() {
        RoundModel.Costs free = new RoundModel.Costs(1e15, 1e15, 1e15, 1e-12, 1e-12, 1e-12);
        assertThat(new RoundModel(free, 1000, 1).worthwhile(1 << 20, 16, 0.5, 256))
                .isEqualTo(256);
        // A round costs 0.2 s and more, its fit next to nothing: twice the executors, half the rounds.
        assertThat(new RoundModel(COSTS, 1000, 1e-6).worthwhile(1 << 20, 16, 0.5, 256))
                .isEqualTo(64);
        // Four times the state in a slow network: an epoch of one round each, dominated by what is sent.
        assertThat(new RoundModel(COSTS, 1_000_000_000, 1e-3).worthwhile(100, 100, 0.5, 256))
                .isEqualTo(1);
    }

    @Test
    void aClusterHasToMakeUpForItsAveraging() {
        // A round of 16 examples of 10 ms takes 0.16 s and, on a few executors, 0.2 s more.
        RoundModel model = new RoundModel(COSTS, 1000, 0.01);
        assertThat(model.aloneSeconds(1 << 20)).isCloseTo(10485.76, ROUNDING);
        assertThat(model.faster(1 << 20, 16, 256)).isEqualTo(4);
        assertThat(new RoundModel(COSTS, 1_000_000_000, 0.01).faster(100, 1, 4)).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(longs = {245_880, 491_640, 107_470_968, 282_873_464, 1_611_618_168})
    void chunksAreThoseOfTheTrainer(long bytes) {
        long floats = bytes / FlatVector.BYTES;
        for (int workers : new int[] {1, 2, 16, 256}) {
            VectorLayout layout = new VectorLayout(floats, 0, List.of(), VectorLayout.chunkFloats(floats, workers));
            assertThat(new RoundModel(COSTS, bytes, 1).chunks(workers)).isEqualTo(layout.chunks());
        }
    }
}
