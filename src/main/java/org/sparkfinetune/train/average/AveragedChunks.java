package org.sparkfinetune.train.average;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.train.NativeFloats;
import org.sparkfinetune.train.blocks.BlockHome;
import org.sparkfinetune.train.blocks.BlockReader;
import org.sparkfinetune.train.blocks.BlockReader.Address;
import org.sparkfinetune.train.blocks.BlockReader.Block;
import org.sparkfinetune.train.tail.SentState;

/**
 * The state that a round ended with, left where it was averaged: the workers of the next round fetch each chunk from its owner,
 * and the driver sends nothing. There is one copy: with an executor a part of the state is lost.
 */
public final class AveragedChunks implements SentState {
    private static final long serialVersionUID = 1L;

    private final transient SparkContext spark;
    private final RoundBlocks blocks;
    private final ArrayList<BlockHome> homes;
    private final boolean kept;

    /**
     * @param homes of the owners, in their order
     * @param kept whether an executor keeps what it fetched, because more than one of its tasks asks for it
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
        int first = TaskContext.getPartitionId() % blocks.owners().owners();
        readFrom(
                first,
                kept,
                (chunk, averages) -> blocks.layout()
                        .forEach(
                                chunk,
                                (inParameters, from, at, floats) -> NativeFloats.fill(
                                        inParameters ? graph.params() : graph.updaterState(), from, floats, averages)));
    }

    /** A copy of the state, on the driver. @throws LostBlockException if a part of it is lost */
    public void copyTo(AveragedVector vector) {
        readFrom(0, false, (chunk, averages) -> vector.put(chunk, averages));
    }

    private void readFrom(int first, boolean keep, BiConsumer<Integer, Block> reader) {
        int chunks = blocks.layout().chunks();
        Iterator<Address> addresses = IntStream.range(first, first + chunks)
                .map(chunk -> chunk % chunks)
                .mapToObj(chunk -> blocks.averages(homes.get(blocks.owners().of(chunk)), chunk))
                .iterator();
        try (BlockReader blockReader = new BlockReader(addresses, keep)) {
            for (int i = 0; i < chunks; i++) {
                try (Block averages = blockReader.next()) {
                    reader.accept((first + i) % chunks, averages);
                }
            }
        }
    }

    @Override
    public void destroy() {
        blocks.averages().remove(spark);
    }
}
