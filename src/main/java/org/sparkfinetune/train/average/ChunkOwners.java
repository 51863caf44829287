package org.sparkfinetune.train.average;

import java.io.Serializable;
import java.util.stream.IntStream;

/**
 * Which tasks average which chunks: dealt out in turn, so that each has its share of parameters and of updater state.
 *
 * @param chunks of the vector, at least 1
 * @param owners tasks, 1 to {@code chunks}
 */
public record ChunkOwners(int chunks, int owners) implements Serializable {
    /** The owner of a chunk. The first chunk of an owner has its number. */
    int of(int chunk) {
        return chunk % owners;
    }

    /** The chunks of an owner, from its first on. */
    IntStream chunksOf(int owner) {
        return IntStream.iterate(owner, chunk -> chunk < chunks, chunk -> chunk + owners);
    }
}
