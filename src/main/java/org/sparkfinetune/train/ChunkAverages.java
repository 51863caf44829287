package org.sparkfinetune.train;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.Function;

/**
 * The second job of a round: the owner of some chunks fetches the workers' pieces of each, averages them, measures their spread
 * and keeps the averages where it is.
 */
final class ChunkAverages implements Function<Integer, byte[]> {
    private static final long serialVersionUID = 1L;

    private final VectorLayout layout;
    private final RoundBlocks blocks;
    private final ArrayList<Source> sources;

    /**
     * The pieces of a worker.
     *
     * @param worker 0-based
     * @param weight examples that it fitted, at least 1
     * @param home of its pieces
     */
    record Source(int worker, long weight, BlockHome home) implements Serializable {}

    /** @param sources in the order of workers */
    ChunkAverages(VectorLayout layout, RoundBlocks blocks, List<Source> sources) {
        this.layout = layout;
        this.blocks = blocks;
        this.sources = new ArrayList<>(sources);
    }

    /** @param owner 0-based */
    @Override
    public byte[] call(Integer owner) {
        ChunkSpread spread = ChunkSpread.NONE;
        String lost = "";
        int first = blocks.owners().first(owner);
        try {
            for (int chunk = first; chunk < blocks.owners().first(owner + 1); chunk++) {
                spread = spread.plus(average(chunk));
            }
        } catch (LostBlockException e) {
            lost = e.getMessage();
        }
        return new OwnerAnswer(BlockHome.here(), spread, lost).toBytes();
    }

    private ChunkSpread average(int chunk) {
        List<RunningStatistics> statistics = layout.statistics(chunk);
        if (!statistics.isEmpty()) {
            List<Piece> pieces =
                    sources.stream().map(source -> piece(source, chunk)).toList();
            blocks.putAverages(chunk, WeightedAverage.totalVariance(pieces, statistics));
            return ChunkSpread.NONE;
        }
        WeightedAverage average = new WeightedAverage(layout.floats(chunk), layout.parameterFloats(chunk));
        for (Source source : sources) {
            average.add(piece(source, chunk));
        }
        byte[] averages = average.averages();
        blocks.putAverages(chunk, averages);
        return average.spread(averages);
    }

    private Piece piece(Source source, int chunk) {
        ByteBuffer bytes = blocks.piece(source.home(), source.worker(), chunk);
        return new Piece(source.weight(), bytes);
    }
}
