package org.sparkfinetune.train.average;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.NativeFloats;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.average.VectorLayout.Range;
import org.sparkfinetune.train.blocks.BlockHome;
import org.sparkfinetune.train.blocks.BlockReader;
import org.sparkfinetune.train.blocks.BlockReader.Address;
import org.sparkfinetune.train.blocks.BlockReader.Block;
import org.sparkfinetune.train.blocks.LostBlockException;
import org.sparkfinetune.train.tail.SentState;

/**
 * The state after a round, left where it was averaged: the workers of the next round fetch each chunk from its owner,
 * and the driver sends nothing. There is only one copy: if an executor is lost, so is a part of the state.
 */
public final class AveragedChunks implements SentState {
    private static final long serialVersionUID = 1L;

    private final transient SparkContext spark;
    private final RoundBlocks blocks;
    private final ArrayList<BlockHome> homes;
    private final boolean kept;

    /**
     * @param homes locations of the averages, in the order of the owners
     * @param kept whether an executor keeps what it fetched, because several of its tasks need it
     */
    public AveragedChunks(SparkContext spark, RoundBlocks blocks, List<BlockHome> homes, boolean kept) {
        this.spark = spark;
        this.blocks = blocks;
        this.homes = new ArrayList<>(homes);
        this.kept = kept;
    }

    @Override
    public long parameters() {
        return blocks.layout().parameters();
    }

    @Override
    public void applyTo(ComputationGraph graph) {
        // Each task begins with another owner, so that they do not all ask the same one.
        int first = TaskContext.getPartitionId() % blocks.owners();
        read(
                first,
                kept,
                (range, floats) -> NativeFloats.fill(
                        range.in(graph.params(), graph.updaterState()), range.from(), range.floats(), floats));
    }

    /**
     * Copies the state to the driver.
     *
     * @throws LostBlockException if a part of it is lost
     */
    public TrainingState fetch(int iterations, int epochs) {
        FlatVector parameters = new FlatVector(blocks.layout().parameters());
        FlatVector updaterState = new FlatVector(blocks.layout().updaterState());
        read(0, false, (range, floats) -> range.in(parameters, updaterState).put(range.from(), range.floats(), floats));
        return new TrainingState(parameters, updaterState, iterations, epochs);
    }

    private void read(int first, boolean keep, BiConsumer<Range, Consumer<ByteBuffer>> target) {
        int chunks = blocks.layout().chunks();
        Iterator<Address> addresses = IntStream.range(first, first + chunks)
                .map(chunk -> chunk % chunks)
                .mapToObj(chunk -> blocks.averages(homes.get(blocks.ownerOf(chunk)), chunk))
                .iterator();
        try (BlockReader reader = new BlockReader(addresses, keep)) {
            for (int i = 0; i < chunks; i++) {
                try (Block averages = reader.next()) {
                    for (Range range : blocks.layout().ranges((first + i) % chunks)) {
                        target.accept(range, averages::read);
                    }
                }
            }
        }
    }

    @Override
    public void destroy() {
        blocks.averages().remove(spark);
    }
}
