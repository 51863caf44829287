package org.sparkfinetune.train;

import java.io.Serializable;
import java.nio.ByteBuffer;

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

    /** @throws LostBlockException if it is lost */
    ByteBuffer piece(BlockHome home, int worker, int chunk) {
        return RawBlocks.get(home, pieces, worker * owners.chunks() + chunk, false);
    }

    /** Keeps the averages of a chunk here. */
    void putAverages(int chunk, byte[] floats) {
        RawBlocks.put(averages, chunk, floats, chunk == owners.first(owners.of(chunk)));
    }

    /**
     * @param kept whether a copy stays here
     * @throws LostBlockException if they are lost
     */
    ByteBuffer averages(BlockHome home, int chunk, boolean kept) {
        return RawBlocks.get(home, averages, chunk, kept);
    }
}
