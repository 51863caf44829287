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
import org.sparkfinetune.train.average.VectorLayout.Range;
import org.sparkfinetune.train.blocks.BlockGroup;

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
        assertThat(end(ranges, true)).isEqualTo(14);
        assertThat(end(ranges, false)).isEqualTo(updaterState);
        assertThat(layout.bytes()).isEqualTo(4 * (14 + updaterState));
    }

    /** The end of ranges that follow one another without gaps from 0 on. */
    private static long end(List<Range> ranges, boolean inParameters) {
        long next = 0;
        for (Range range : ranges.stream()
                .filter(one -> one.inParameters() == inParameters)
                .sorted(Comparator.comparingLong(Range::from))
                .toList()) {
            assertThat(range.from()).isEqualTo(next);
            assertThat(range.floats()).isPositive();
            next += range.floats();
        }
        return next;
    }

    @Test
    void statisticsOfBatchNormalizationAreFoundInTheGraph() {
        ComputationGraph graph = Tails.normalised(new Adam(), true);
        VectorLayout layout = VectorLayout.of(graph, 1);
        // hidden: 6·8 + 8; then gamma, beta, mean, log10stdev of 8 each; then out: 8·3 + 3.
        assertThat(layout.parameters()).isEqualTo(56 + 32 + 27);
        assertThat(layout.updaterState()).isEqualTo(graph.updaterState().length());
        assertThat(layout.statistics(layout.chunks() - 1)).containsExactly(new RunningStatistics(72, 80, 8, true));
        assertThat(VectorLayout.of(Tails.normalised(new Adam(), false), 2).statistics(1))
                .containsExactly(new RunningStatistics(72, 80, 8, false));
    }

    /**
     * VGG16 with Adam, and a head: one chunk per worker, but none too large for a Java array or too small to request.
     */
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
        VectorLayout layout = new VectorLayout(chunks, 0, List.of(), 1);
        RoundBlocks blocks = new RoundBlocks(layout, new BlockGroup(0, false), new BlockGroup(1, false), count);
        int[] found = new int[chunks];
        for (int owner = 0; owner < count; owner++) {
            int[] own = blocks.chunksOf(owner).toArray();
            assertThat(own).startsWith(owner).hasSizeBetween(chunks / count, (chunks + count - 1) / count);
            for (int chunk : own) {
                assertThat(blocks.ownerOf(chunk)).isEqualTo(owner);
                found[chunk]++;
            }
        }
        assertThat(found).containsOnly(1);
    }
}
