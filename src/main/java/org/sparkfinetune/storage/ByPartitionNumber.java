package org.sparkfinetune.storage;

import java.io.Serializable;
import org.apache.spark.Partitioner;

/**
 * A partitioner that computes the number of the partition from the key.
 *
 * @param <K> the type of the keys
 */
public final class ByPartitionNumber<K> extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int partitions;
    private final NumberOf<K> number;

    /** @param number function from a key to 0 .. {@code partitions} - 1 */
    public ByPartitionNumber(int partitions, NumberOf<K> number) {
        this.partitions = partitions;
        this.number = number;
    }

    /** The partition of a key. */
    @FunctionalInterface
    public interface NumberOf<K> extends Serializable {
        int of(K key);
    }

    @Override
    public int numPartitions() {
        return partitions;
    }

    @Override
    @SuppressWarnings("unchecked")
    public int getPartition(Object key) {
        return number.of((K) key);
    }
}
