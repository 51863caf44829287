package org.sparkfinetune.train;

import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.DivergedException;
import org.sparkfinetune.train.round.AveragingTrainer;

/**
 * Trains a network epoch by epoch on Spark. {@link AveragingTrainer} is the exact one. Runs on the driver, for one thread.
 *
 * @param <T> an example as it travels through Spark
 */
public interface EpochTrainer<T> extends AutoCloseable {
    /** Trains one epoch at the configured learning rate. */
    default TrainedEpoch trainEpoch(
            TrainingState before, JavaPairRDD<Long, T> examples, long count, RoundListener listener) {
        return trainEpoch(before, examples, count, LearningRateSchedule.CONSTANT, listener);
    }

    /**
     * Trains one epoch, the one that follows those of the state, or the rest of it.
     *
     * @param before is used up: its floats are released once they are on their way to the workers, so that the driver does
     *     not hold a large model twice
     * @param examples index, unique in 0..n-1, and example
     * @param count n, how many examples there are
     * @param schedule of the learning rate over the whole training, not this epoch alone
     * @throws DivergedException if a loss, parameter or updater state became NaN or infinite
     * @throws BadDataException if the examples are not those of 0..n-1, each once
     */
    TrainedEpoch trainEpoch(
            TrainingState before,
            JavaPairRDD<Long, T> examples,
            long count,
            LearningRateSchedule schedule,
            RoundListener listener);

    /** Scores a network on examples of the kind that it is trained on. */
    Score score(TrainingState state, JavaRDD<T> examples);

    /**
     * Scores a network on examples, as for validation after an epoch.
     *
     * @param examples at least one
     * @param batches makes minibatches of them, such as the tail reads
     * @param <S> a held-out example as it travels through Spark
     * @throws BadDataException if there are none
     */
    <S> Score score(TrainingState state, JavaRDD<S> examples, Batcher<S> batches);

    /** Releases what the trainer keeps in Spark. */
    @Override
    void close();
}
