package org.sparkfinetune.train.average;

import java.io.Serializable;
import org.sparkfinetune.train.blocks.BlockGroup;
import org.sparkfinetune.train.blocks.BlockHome;
import org.sparkfinetune.train.blocks.BlockReader.Address;
import org.sparkfinetune.train.blocks.BlockWriter;

/**
 * The blocks of a round: each worker's pieces, where the worker fitted, and the averages of the chunks, where their owners
 * made them.
 *
 * @param layout of the vector
 * @param pieces of the workers
 * @param averages numbered like their chunks
 * @param owners of the chunks
 */
public record RoundBlocks(VectorLayout layout, BlockGroup pieces, BlockGroup averages, ChunkOwners owners)
        implements Serializable {
    /** For all pieces of a worker. */
    public BlockWriter pieceWriter(int worker) {
        return new BlockWriter(pieces, pieceNumber(worker, 0));
    }

    public int pieceNumber(int worker, int chunk) {
        return worker * layout.chunks() + chunk;
    }

    Address piece(BlockHome home, int worker, int chunk) {
        return new Address(home, pieces.block(pieceNumber(worker, chunk)), layout.offset(chunk));
    }

    /** For all averages of an owner. */
    BlockWriter averagesWriter(int owner) {
        return new BlockWriter(averages, owner);
    }

    Address averages(BlockHome home, int chunk) {
        return new Address(home, averages.block(chunk), layout.offset(chunk));
    }
}
