package org.sparkfinetune.train;

import java.io.Serializable;

/**
 * Which tasks average which chunks: neighbours together, as many for each as can be.
 *
 * @param chunks of the vector, at least 1
 * @param owners tasks, 1 to {@code chunks}
 */
record ChunkOwners(int chunks, int owners) implements Serializable {
    /** The first chunk of an owner; that of the one after the last is the number of chunks. */
    int first(int owner) {
        return (int) (((long) owner * chunks + owners - 1) / owners);
    }

    /** The owner of a chunk. */
    int of(int chunk) {
        return (int) ((long) chunk * owners / chunks);
    }
}
