package org.sparkfinetune.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.learning.config.Adam;

class VectorLayoutTest {
    @ParameterizedTest
    @CsvSource({"0, 7", "14, 1", "28, 3", "28, 5", "28, 1000"})
    void everyFloatIsInExactlyOneChunk(long updaterState, int chunkFloats) {
        List<RunningStatistics> statistics =
                List.of(new RunningStatistics(2, 4, 2, true), new RunningStatistics(9, 10, 1, false));
        VectorLayout layout = new VectorLayout(14, updaterState, statistics, chunkFloats);
        List<Range> ranges = new ArrayList<>();
        for (int chunk = 0; chunk < layout.chunks(); chunk++) {
            boolean last = chunk == layout.chunks() - 1;
            assertThat(layout.statistics(chunk)).isEqualTo(last ? statistics : List.of());
            if (!last) {
                assertThat(layout.floats(chunk)).isLessThanOrEqualTo(chunkFloats);
            }
            ranges.addAll(layout.ranges(chunk));
        }
        ranges.sort(Comparator.comparingLong(Range::from));
        long next = 0;
        for (Range range : ranges) {
            assertThat(range.from()).isEqualTo(next);
            assertThat(range.floats()).isPositive();
            next += range.floats();
            assertThat(range.from() < 14 && next > 14).isFalse();
        }
        assertThat(next).isEqualTo(14 + updaterState);
        assertThat(layout.bytes()).isEqualTo(4 * (14 + updaterState));
    }

    @Test
    void statisticsOfBatchNormalisationAreFoundInTheGraph() {
        ComputationGraph graph = Tails.normalised(new Adam(), true);
        VectorLayout layout = VectorLayout.of(graph);
        // hidden: 6·8 + 8; then gamma, beta, mean, log10stdev of 8 each; then out: 8·3 + 3.
        assertThat(layout.parameters()).isEqualTo(56 + 32 + 27);
        assertThat(layout.updaterState()).isEqualTo(graph.updaterState().length());
        assertThat(layout.statistics(layout.chunks() - 1)).containsExactly(new RunningStatistics(72, 80, 8, true));
        assertThat(VectorLayout.of(Tails.normalised(new Adam(), false)).statistics(1))
                .containsExactly(new RunningStatistics(72, 80, 8, false));
    }

    /** VGG16 with Adam: no chunk is anywhere near what a Java array can hold. */
    @Test
    void largeModelsAreCutIntoAtMost128Chunks() {
        VectorLayout layout = new VectorLayout(138_357_544L, 276_715_088L, List.of());
        assertThat(layout.chunks()).isBetween(100, 128);
        assertThat(layout.floats(0)).isLessThan(4_000_000);
        assertThat(layout.bytes()).isEqualTo(1_660_290_528L);
    }
}
