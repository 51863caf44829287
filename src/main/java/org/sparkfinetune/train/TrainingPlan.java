package org.sparkfinetune.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;

/**
 * The settings that decide the result of a training, together with the data and the tail: the same plan and examples
 * give the same bits.
 *
 * @param seed seed of the order of examples and of dropout
 * @param workers W, slices trained in parallel in each round, at least 1; not the number of executors, which affects
 *     the speed only
 * @param batchSizePerWorker b, examples per minibatch of a worker, at least 1
 * @param averagingFrequency f, minibatches that a worker fits between two averagings, at least 1
 */
public record TrainingPlan(long seed, int workers, int batchSizePerWorker, int averagingFrequency)
        implements Serializable {
    /** @throws InvalidRequestException with every setting that is out of range, by its key in a recipe */
    public TrainingPlan {
        List<Problem> problems = new ArrayList<>();
        require("training.workers", workers, problems);
        require("training.batchSizePerWorker", batchSizePerWorker, problems);
        require("training.averagingFrequency", averagingFrequency, problems);
        if (problems.isEmpty() && (long) batchSizePerWorker * averagingFrequency > Integer.MAX_VALUE) {
            problems.add(new Problem(
                    "training.averagingFrequency",
                    averagingFrequency + " times batchSizePerWorker " + batchSizePerWorker + " is more than "
                            + Integer.MAX_VALUE + " examples per worker and round; lower one of them"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
    }

    private static void require(String key, int value, List<Problem> problems) {
        if (value < 1) {
            problems.add(new Problem(key, "must be at least 1, not " + value));
        }
    }

    /** Examples of a full round: W·b·f. */
    public long examplesPerRound() {
        return (long) batchSizePerWorker * averagingFrequency * workers;
    }
}
