package org.sparkfinetune.train;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;
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
    /** Keeps a piece here. @param parts of it, which may change afterwards */
    void putPiece(int worker, int chunk, List<ByteBuffer> parts) {
        RawBlocks.put(pieces, worker * owners.chunks() + chunk, parts, chunk == 0);
    }

    Address piece(BlockHome home, int worker, int chunk) {
        return new Address(home, pieces, worker * owners.chunks() + chunk);
    }

    /** Keeps the averages of a chunk here. @param floats which may change afterwards */
    void putAverages(int chunk, ByteBuffer floats) {
        RawBlocks.put(averages, chunk, List.of(floats), chunk < owners.owners());
    }

    Address averages(BlockHome home, int chunk) {
        return new Address(home, averages, chunk);
    }
}
