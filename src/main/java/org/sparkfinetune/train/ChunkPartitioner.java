package org.sparkfinetune.train;

import org.apache.spark.Partitioner;

/** One partition a chunk; reports of workers go with the first. */
final class ChunkPartitioner extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int chunks;

    ChunkPartitioner(int chunks) {
        this.chunks = chunks;
    }

    @Override
    public int numPartitions() {
        return chunks;
    }

    @Override
    public int getPartition(Object key) {
        int chunk = (Integer) key;
        return chunk == WorkerReport.KEY ? 0 : chunk;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkPartitioner partitioner && partitioner.chunks == chunks;
    }

    @Override
    public int hashCode() {
        return chunks;
    }
}
