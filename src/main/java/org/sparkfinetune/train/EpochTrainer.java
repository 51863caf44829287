package org.sparkfinetune.train;

import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.DivergedException;

/**
 * Trains a network epoch by epoch on Spark. Runs on the driver; for one thread.
 *
 * @param <T> an example as it travels through Spark
 */
public interface EpochTrainer<T> extends AutoCloseable {
    /**
     * The tail after an epoch, and figures of the epoch.
     *
     * @param state state to continue from
     * @param result loss, times and sizes of the epoch
     */
    record TrainedEpoch(TrainingState state, EpochResult result) {}

    /** Trains one epoch at the configured learning rate. */
    default TrainedEpoch trainEpoch(
            TrainingState before, JavaPairRDD<Long, T> examples, long count, RoundListener listener) {
        return trainEpoch(before, examples, count, LearningRateSchedule.CONSTANT, listener);
    }

    /**
     * Trains the epoch that follows those of the state, or the rest of it.
     *
     * @param before state to start from; consumed: its floats are released once they were sent to the workers, because
     *     the driver should not hold a large model twice
     * @param examples pairs of an index, unique in 0..n-1, and an example
     * @param count n, number of examples
     * @param schedule learning rate over the whole training, not over this epoch alone
     * @throws DivergedException if a loss, parameter or updater state became NaN or infinite
     * @throws BadDataException if the indices are not exactly 0..n-1
     */
    TrainedEpoch trainEpoch(
            TrainingState before,
            JavaPairRDD<Long, T> examples,
            long count,
            LearningRateSchedule schedule,
            RoundListener listener);

    /** Scores a network on examples in the form in which it is trained on them. */
    Score score(TrainingState state, JavaRDD<T> examples);

    /**
     * Scores a network on examples, for instance for validation after an epoch.
     *
     * @param examples at least one example
     * @param batches makes minibatches for the tail
     * @param <S> a held-out example as it travels through Spark
     * @throws BadDataException if there are no examples
     */
    <S> Score score(TrainingState state, JavaRDD<S> examples, Batcher<S> batches);

    /** Releases everything that the trainer keeps in Spark. */
    @Override
    void close();
}
