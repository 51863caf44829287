package org.sparkfinetune.train.average;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.blocks.BlockHome;
import org.sparkfinetune.train.blocks.BlockReader;
import org.sparkfinetune.train.blocks.BlockReader.Address;
import org.sparkfinetune.train.blocks.BlockReader.Block;
import org.sparkfinetune.train.blocks.BlockWriter;
import org.sparkfinetune.train.blocks.LostBlockException;

/**
 * The second job of a round: the owner of some chunks fetches the workers' pieces of each, averages them, measures their spread
 * and keeps the averages where it is.
 */
public final class ChunkAverages implements Function<Integer, byte[]> {
    private static final long serialVersionUID = 1L;

    private final RoundBlocks blocks;
    private final ArrayList<Source> sources;

    /**
     * The pieces of a worker.
     *
     * @param worker 0-based
     * @param weight examples that it fitted, at least 1
     * @param home of its pieces
     */
    public record Source(int worker, long weight, BlockHome home) implements Serializable {}

    /** @param sources in the order of workers */
    public ChunkAverages(RoundBlocks blocks, List<Source> sources) {
        this.blocks = blocks;
        this.sources = new ArrayList<>(sources);
    }

    /** @param owner 0-based */
    @Override
    public byte[] call(Integer owner) {
        int[] chunks = blocks.owners().chunksOf(owner).toArray();
        Iterator<Address> pieces = Arrays.stream(chunks)
                .boxed()
                .flatMap(chunk -> sources.stream().map(source -> blocks.piece(source.home(), source.worker(), chunk)))
                .iterator();
        int most = Arrays.stream(chunks).map(blocks.layout()::floats).max().orElse(0);
        // Outside of the heap, whose buffers Java copies when it reads or writes a file.
        ByteBuffer averages = ByteBuffer.allocateDirect(most * FlatVector.BYTES);
        ByteBuffer tile = ByteBuffer.allocateDirect(WeightedAverage.TILE * FlatVector.BYTES);
        ChunkSpread spread = ChunkSpread.NONE;
        try (BlockReader reader = new BlockReader(pieces, false);
                BlockWriter writer = blocks.averagesWriter(owner)) {
            for (int chunk : chunks) {
                spread = spread.plus(average(chunk, reader, averages, tile));
                writer.put(chunk, blocks.layout().offset(chunk), List.of(averages));
            }
            return new OwnerAnswer(writer.home(), spread, "").toBytes();
        } catch (LostBlockException e) {
            return new OwnerAnswer(BlockHome.here(""), ChunkSpread.NONE, e.getMessage()).toBytes();
        }
    }

    /**
     * @param averages receives those of the chunk
     * @param tile that floats of pieces pass through
     */
    private ChunkSpread average(int chunk, BlockReader reader, ByteBuffer averages, ByteBuffer tile) {
        VectorLayout layout = blocks.layout();
        Deque<Block> open = new ArrayDeque<>();
        try {
            List<Piece> pieces = new ArrayList<>();
            for (Source source : sources) {
                open.add(reader.next());
                pieces.add(new Piece(source.weight(), open.getLast(), tile));
            }
            WeightedAverage average = new WeightedAverage(pieces);
            averages.clear().limit(layout.floats(chunk) * FlatVector.BYTES);
            ChunkSpread spread = ChunkSpread.NONE;
            if (layout.statistics(chunk).isEmpty()) {
                spread = average.plain(averages, layout.parameterFloats(chunk));
            } else {
                average.totalVariance(averages, layout.statistics(chunk));
            }
            return spread;
        } finally {
            open.forEach(Block::close);
        }
    }
}
