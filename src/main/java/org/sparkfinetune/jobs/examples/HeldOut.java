package org.sparkfinetune.jobs.examples;

import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.report.Scorecard;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.EpochTrainer;
import org.sparkfinetune.train.Score;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.tail.TailOutputs;

/**
 * The held-out split as a tail reads it.
 *
 * @param examples whose held-out split it is
 * @param batcher makes minibatches of them
 * @param <S> an example as it travels through Spark
 */
public record HeldOut<S>(StageExamples<S> examples, Batcher<S> batcher) {
    /** The score of a tail; nothing when the split has no pictures. */
    public Optional<Score> score(EpochTrainer<?> trainer, TrainingState state) {
        return examples.validation().map(held -> trainer.score(state, held.values(), batcher));
    }

    /** What a tail makes of each picture; nothing when the split has no pictures. */
    public Optional<Scorecard> count(
            JobContext context, ComputationGraph tail, int batchSize, NumberedCount.Empty empty) {
        return examples.validation()
                .map(held -> new TailOutputs<>(held, batcher, batchSize)
                        .count(context.java(), tail, empty)
                        .scorecard());
    }
}
