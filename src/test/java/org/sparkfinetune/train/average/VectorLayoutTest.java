package org.sparkfinetune.train.average;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkfinetune.train.Tails;

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
        VectorLayout layout = VectorLayout.of(graph, 1);
        // hidden: 6·8 + 8; then gamma, beta, mean, log10stdev of 8 each; then out: 8·3 + 3.
        assertThat(layout.parameters()).isEqualTo(56 + 32 + 27);
        assertThat(layout.updaterState()).isEqualTo(graph.updaterState().length());
        assertThat(layout.statistics(layout.chunks() - 1)).containsExactly(new RunningStatistics(72, 80, 8, true));
        assertThat(VectorLayout.of(Tails.normalised(new Adam(), false), 2).statistics(1))
                .containsExactly(new RunningStatistics(72, 80, 8, false));
    }

    /** VGG16 with Adam, and a head: a chunk for each worker, but none too large for a Java array or too small to ask for. */
    @ParameterizedTest
    @CsvSource({
        "415072632, 2, 1047552",
        "415072632, 100, 167772",
        "415072632, 1000, 65536",
        "61470, 8, 65536",
        "1000000, 10, 100000"
    })
    void chunksAreAsLargeAsWorkersAndArraysAllow(long floats, int workers, int chunkFloats) {
        assertThat(VectorLayout.chunkFloats(floats, workers)).isEqualTo(chunkFloats);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 3", "68, 2", "5, 5", "1581, 256"})
    void everyChunkHasOneOwner(int chunks, int count) {
        ChunkOwners owners = new ChunkOwners(chunks, count);
        int[] found = new int[chunks];
        for (int owner = 0; owner < count; owner++) {
            int[] own = owners.chunksOf(owner).toArray();
            assertThat(own).startsWith(owner).hasSizeBetween(chunks / count, (chunks + count - 1) / count);
            for (int chunk : own) {
                assertThat(owners.of(chunk)).isEqualTo(owner);
                found[chunk]++;
            }
        }
        assertThat(found).containsOnly(1);
    }
}
