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
 * The second job of a round: the owner of some chunks fetches the workers' parts of each chunk, averages them, measures
 * their spread, and leaves the averages where it runs. Returns an {@link Answer.Averaged}.
 */
public final class ChunkAverages implements Function<Integer, byte[]> {
    private static final long serialVersionUID = 1L;

    private final RoundBlocks blocks;
    private final ArrayList<Source> sources;

    /**
     * The vector of a worker.
     *
     * @param worker number of the worker, 0-based
     * @param weight examples that the worker fitted, at least 1
     * @param home location of its parts
     */
    public record Source(int worker, long weight, BlockHome home) implements Serializable {}

    /** @param sources vectors in the order of the workers */
    public ChunkAverages(RoundBlocks blocks, List<Source> sources) {
        this.blocks = blocks;
        this.sources = new ArrayList<>(sources);
    }

    /** @param owner number of the owner, 0-based */
    @Override
    public byte[] call(Integer owner) {
        int[] chunks = blocks.chunksOf(owner).toArray();
        Iterator<Address> parts = Arrays.stream(chunks)
                .boxed()
                .flatMap(chunk -> sources.stream().map(source -> blocks.part(source.home(), source.worker(), chunk)))
                .iterator();
        int most = Arrays.stream(chunks).map(blocks.layout()::floats).max().orElse(0);
        // Outside the heap: Java copies heap buffers when it reads or writes a file.
        ByteBuffer averages = ByteBuffer.allocateDirect(most * FlatVector.BYTES);
        ByteBuffer tile = ByteBuffer.allocateDirect(WeightedAverage.TILE * FlatVector.BYTES);
        ChunkSpread spread = ChunkSpread.NONE;
        try (BlockReader reader = new BlockReader(parts, false);
                BlockWriter writer = blocks.averagesWriter(owner)) {
            for (int chunk : chunks) {
                spread = spread.plus(average(chunk, reader, averages, tile));
                writer.put(chunk, blocks.layout().offset(chunk), List.of(averages));
            }
            return new Answer.Averaged(writer.home(), spread, "").toBytes();
        } catch (LostBlockException e) {
            return new Answer.Averaged(BlockHome.here(""), ChunkSpread.NONE, e.getMessage()).toBytes();
        }
    }

    /**
     * @param averages buffer that receives the averages of the chunk
     * @param tile buffer that the floats of all parts pass through
     */
    private ChunkSpread average(int chunk, BlockReader reader, ByteBuffer averages, ByteBuffer tile) {
        VectorLayout layout = blocks.layout();
        Deque<Block> open = new ArrayDeque<>();
        try {
            List<VectorPart> parts = new ArrayList<>();
            for (Source source : sources) {
                Block block = reader.next();
                open.add(block);
                parts.add(new VectorPart(source.weight(), block::read, tile));
            }
            WeightedAverage average = new WeightedAverage(parts);
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
