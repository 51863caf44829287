package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * The state that a round ended with, left where it was averaged: the workers of the next round fetch each chunk from its owner,
 * and the driver sends nothing. There is one copy: with an executor a part of the state is lost.
 */
final class AveragedChunks implements SentState {
    private static final long serialVersionUID = 1L;

    private final transient SparkContext spark;
    private final VectorLayout layout;
    private final RoundBlocks blocks;
    private final ArrayList<BlockHome> homes;
    private final boolean kept;

    /**
     * @param homes of the owners, in their order
     * @param kept whether an executor keeps what it fetched, because more than one of its tasks asks for it
     */
    AveragedChunks(SparkContext spark, VectorLayout layout, RoundBlocks blocks, List<BlockHome> homes, boolean kept) {
        this.spark = spark;
        this.layout = layout;
        this.blocks = blocks;
        this.homes = new ArrayList<>(homes);
        this.kept = kept;
    }

    @Override
    public long parameters() {
        return layout.parameters();
    }

    @Override
    public void applyTo(ComputationGraph graph) {
        ChunkOwners owners = blocks.owners();
        // Each task begins with another owner, so that they do not all ask the same one.
        int first = owners.first(TaskContext.getPartitionId() % owners.owners());
        for (int i = 0; i < owners.chunks(); i++) {
            int chunk = (first + i) % owners.chunks();
            ByteBuffer averages = averages(chunk);
            layout.forEach(
                    chunk,
                    (inParameters, from, at, floats) -> NativeFloats.write(
                            inParameters ? graph.params() : graph.updaterState(),
                            from,
                            averages.slice(at, floats * FlatVector.BYTES)));
        }
    }

    /** A copy of the state, on the driver. @throws LostBlockException if a part of it is lost */
    void copyTo(AveragedVector vector) {
        for (int chunk = 0; chunk < layout.chunks(); chunk++) {
            vector.put(averages(chunk), chunk);
        }
    }

    private ByteBuffer averages(int chunk) {
        return blocks.averages(homes.get(blocks.owners().of(chunk)), chunk, kept);
    }

    @Override
    public void destroy() {
        RawBlocks.remove(spark, blocks.averages());
    }
}
