package org.sparkfinetune.train.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.checkpoint.Checkpoint;
import org.sparkfinetune.train.checkpoint.Checkpoints;

/** The same plan and examples give the same bits, also with dropout. */
@Tag("spark")
class RepeatabilityTest {
    private static final int EXAMPLES = 71;
    private static final TrainingPlan PLAN = new TrainingPlan(11, 3, 4, 2);
    /** Static, because executors of this JVM count it, and it must not be part of the closure. */
    private static final AtomicInteger FAILURES_LEFT = new AtomicInteger();

    @Test
    void aRunTwiceGivesTheSameBits() {
        assertThat(train(PLAN, 3)).isEqualTo(train(PLAN, 3));
    }

    @Test
    void partitionsAndOrderOfTheInputChangeNothing() {
        TrainingState other = Training.epochs(tail(), PLAN, Points.shuffledRdd(EXAMPLES, 7), EXAMPLES, 2);
        assertThat(other).isEqualTo(train(PLAN, 2));
        assertThat(Training.epochs(tail(), PLAN, Points.rdd(EXAMPLES, 1), EXAMPLES, 2))
                .isEqualTo(other);
    }

    @Test
    void anotherSeedGivesOtherBits() {
        assertThat(train(new TrainingPlan(12, 3, 4, 2), 1)).isNotEqualTo(train(PLAN, 1));
    }

    @Test
    void aTaskThatIsRunAgainChangesNothing() {
        Batcher<float[]> failingOnce = minibatch -> {
            // In the second minibatch of a slice, when the parameters of the graph have already changed.
            if (minibatch.size() == 4 && FAILURES_LEFT.getAndUpdate(left -> Math.max(0, left - 1)) == 1) {
                throw new IllegalStateException("on purpose");
            }
            return Points.batch(minibatch);
        };
        ComputationGraph tail = tail();
        FAILURES_LEFT.set(5);
        try (AveragingTrainer<float[]> trainer =
                new AveragingTrainer<>(LocalSpark.context(), tail, PLAN, failingOnce)) {
            TrainingState state = TrainingState.of(tail);
            for (int epoch = 1; epoch <= 2; epoch++) {
                state = trainer.trainEpoch(state, Points.rdd(EXAMPLES, 3), EXAMPLES, RoundListener.SILENT)
                        .state();
            }
            assertThat(FAILURES_LEFT.get()).isZero();
            assertThat(state).isEqualTo(train(PLAN, 2));
        }
    }

    @Test
    void aRunResumedFromItsCheckpointEqualsOneThatWasNotInterrupted(@TempDir Path folder) {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(folder.toUri());
        new Checkpoints(new Configuration(), path, "run", 2)
                .write(new Checkpoint("run", PLAN.seed(), train(PLAN, 2), 0.5, 2));
        Checkpoint checkpoint = new Checkpoints(new Configuration(), path, "run", 2)
                .newest()
                .checkpoint()
                .orElseThrow();
        assertThat(checkpoint.epoch()).isEqualTo(2);
        TrainingState resumed = Training.from(checkpoint.state(), tail(), PLAN, Points.rdd(EXAMPLES, 3), EXAMPLES, 2);
        assertThat(resumed).isEqualTo(train(PLAN, 4));
        assertThat(resumed.epochs()).isEqualTo(4);
    }

    private static TrainingState train(TrainingPlan plan, int epochs) {
        return Training.epochs(tail(), plan, Points.rdd(EXAMPLES, 3), EXAMPLES, epochs);
    }

    private static ComputationGraph tail() {
        return Tails.dense(new Adam(0.01), Activation.TANH, 0.5);
    }
}
