package org.sparkfinetune.jobs.examples;

import java.util.List;
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
 * The held-out split in the form in which a tail reads it.
 *
 * @param examples examples of a stage, among them the held-out split
 * @param batcher makes minibatches of the held-out examples
 * @param <S> an example as it travels through Spark
 */
public record HeldOutSplit<S>(StageExamples<S> examples, Batcher<S> batcher) {
    /** Scores a tail; empty if the split has no pictures. */
    public Optional<Score> score(EpochTrainer<?> trainer, TrainingState state) {
        return examples.validation().map(held -> trainer.score(state, held.values(), batcher));
    }

    /**
     * Compares the predictions of a tail with the labels; empty if the split has no pictures.
     *
     * @return counts in which each picture is named by its number
     */
    public Optional<Scorecard> scorecard(
            JobContext context, ComputationGraph tail, int batchSize, List<String> labelNames) {
        return examples.validation()
                .map(held -> new TailOutputs<>(held, batcher, batchSize).scorecard(context.java(), tail, labelNames));
    }
}
