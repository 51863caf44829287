package org.sparkfinetune.train.average;

import java.io.Serializable;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.sparkfinetune.train.blocks.BlockGroup;
import org.sparkfinetune.train.blocks.BlockHome;
import org.sparkfinetune.train.blocks.BlockReader.Address;
import org.sparkfinetune.train.blocks.BlockWriter;

/**
 * The blocks of a round: the parts of each worker's vector, where the worker fitted, and the averages of the chunks,
 * where their owners computed them. An owner is a task that averages some of the chunks: the chunks are assigned to the
 * owners in turn, so that each owner has its fraction of the parameters and of the updater state.
 *
 * @param layout layout of the vector
 * @param parts one block for each worker and chunk
 * @param averages one block for each chunk
 * @param owners number of tasks that average, 1 to the number of chunks
 */
public record RoundBlocks(VectorLayout layout, BlockGroup parts, BlockGroup averages, int owners)
        implements Serializable {
    /**
     * New blocks. To be called on the driver.
     *
     * @param workers workers of the round, at least 1
     * @param shared whether the blocks go into memory that driver and executors on one host share
     */
    public static RoundBlocks create(SparkContext spark, VectorLayout layout, int workers, boolean shared) {
        return new RoundBlocks(
                layout,
                BlockGroup.create(spark, shared),
                BlockGroup.create(spark, shared),
                Math.min(workers, layout.chunks()));
    }

    /** The owner of a chunk. The first chunk of an owner has the owner's number. */
    int ownerOf(int chunk) {
        return chunk % owners;
    }

    /** The chunks of an owner, in ascending order. */
    IntStream chunksOf(int owner) {
        return IntStream.iterate(owner, chunk -> chunk < layout.chunks(), chunk -> chunk + owners);
    }

    /** A writer for all parts of a worker. */
    public BlockWriter partWriter(int worker) {
        return new BlockWriter(parts, partNumber(worker, 0));
    }

    /** Number of the block for a part, 0-based. */
    public int partNumber(int worker, int chunk) {
        return worker * layout.chunks() + chunk;
    }

    Address part(BlockHome home, int worker, int chunk) {
        return new Address(home, parts.block(partNumber(worker, chunk)), layout.offset(chunk));
    }

    /** A writer for all averages of an owner. */
    BlockWriter averagesWriter(int owner) {
        return new BlockWriter(averages, owner);
    }

    Address averages(BlockHome home, int chunk) {
        return new Address(home, averages.block(chunk), layout.offset(chunk));
    }
}
