package org.sparkfinetune.train;

import java.io.Serializable;
import org.sparkfinetune.train.BlockReader.Address;

/**
 * The blocks of a round: each worker's pieces, where the worker fitted, and the averages of the chunks, where their owners
 * made them.
 *
 * @param pieces group of the pieces
 * @param averages group of the averages, numbered like their chunks
 * @param owners of the chunks
 */
record RoundBlocks(int pieces, int averages, ChunkOwners owners) implements Serializable {
    /** Keeps a piece here. */
    void putPiece(int worker, int chunk, byte[] floats) {
        RawBlocks.put(pieces, worker * owners.chunks() + chunk, floats, chunk == 0);
    }

    Address piece(BlockHome home, int worker, int chunk) {
        return new Address(home, pieces, worker * owners.chunks() + chunk);
    }

    /** Keeps the averages of a chunk here. */
    void putAverages(int chunk, byte[] floats) {
        RawBlocks.put(averages, chunk, floats, chunk == owners.first(owners.of(chunk)));
    }

    Address averages(BlockHome home, int chunk) {
        return new Address(home, averages, chunk);
    }
}
