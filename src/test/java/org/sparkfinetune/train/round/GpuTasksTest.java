package org.sparkfinetune.train.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.inference.engine.FakeGpus;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.LearningRateSchedule;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.RoundPlan;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.average.Answer;
import org.sparkfinetune.train.average.RoundBlocks;
import org.sparkfinetune.train.average.VectorLayout;
import org.sparkfinetune.train.dl4j.StockAveraging;
import org.sparkfinetune.train.rates.RateTrials;
import org.sparkfinetune.train.rates.TrialWorker;
import org.sparkfinetune.train.tail.StateBroadcast;
import org.sparkfinetune.train.tail.Tail;
import org.sparkfinetune.train.tail.TailConfiguration;
import org.sparkfinetune.train.tail.TailLease;
import org.sparkfinetune.train.tail.TailScorer;
import org.sparkfinetune.train.tail.TaskThreads;
import scala.Tuple2;

/**
 * Everything in a task uses the device of the task, on its own thread and on the threads that prepare minibatches.
 */
@Tag("spark")
class GpuTasksTest {
    private static final int EXAMPLES = 24;

    private final ComputationGraph graph = Tails.dense(new Sgd(0.1), Activation.TANH);
    private final Broadcast<String> configuration =
            LocalSpark.context().broadcast(graph.getConfiguration().toJson());
    private final TrainingState state = TrainingState.of(graph);
    private final StateBroadcast sent = new StateBroadcast(LocalSpark.context(), state);
    private final FakeGpus gpus = FakeGpus.four();
    /** Devices of the threads that made minibatches. */
    private final List<Integer> prepared = new CopyOnWriteArrayList<>();

    private final Batcher<float[]> batcher = minibatch -> {
        prepared.add(gpus.ofThisThread());
        return Points.batch(minibatch);
    };

    @Test
    void aWorkerOfARound() {
        RoundTask task = new RoundTask(
                new RoundPlan(EXAMPLES, new TrainingPlan(3, 1, 8, 3)),
                VectorLayout.of(graph, 1),
                1,
                0,
                LearningRateSchedule.CONSTANT);
        RoundBlocks blocks = RoundBlocks.create(LocalSpark.context().sc(), task.layout(), 1, true);
        Worker<float[]> worker = new Worker<>(task, tail("worker"), batcher, blocks);
        byte[] answer = gpus.inTask(2, () -> worker.call(0, numbered())).next();
        blocks.parts().remove(LocalSpark.context().sc());
        assertThat(Answer.Fitted.read(answer).report().fit().examples()).isEqualTo(EXAMPLES);
        assertEverythingWasOn(2);
    }

    @Test
    void aTrialOfALearningRate() {
        TrialWorker<float[]> worker =
                new TrialWorker<>(new RateTrials(3, 8, 2), new ArrayList<>(List.of(1.0)), tail("trial"), batcher);
        gpus.inTask(3, () -> worker.call(0, numbered()));
        assertEverythingWasOn(3);
    }

    @Test
    void aScoring() {
        TailScorer<float[]> scorer = new TailScorer<>(tail("scorer"), 8, batcher, new TaskThreads(1));
        gpus.inTask(1, () -> scorer.call(examples().iterator()));
        assertEverythingWasOn(1);
    }

    @Test
    void aTailStaysOnItsDevice() {
        Tail tail = tail("tail");
        TailLease first = gpus.inTask(0, tail::lend);
        first.giveBack();
        TailLease second = gpus.inTask(1, tail::lend);
        assertThat(second.graph()).isNotSameAs(first.graph());
        second.giveBack();
        assertThat(gpus.inTask(0, tail::lend).graph()).isSameAs(first.graph());
        assertThat(gpus.inTask(1, tail::lend).graph()).isSameAs(second.graph());
    }

    @Test
    void deeplearning4jsOwnMasterIsRefused() {
        SparkConf conf =
                new SparkConf(false).set("spark.master", "yarn").set("spark.executor.resource.gpu.amount", "1");
        assertThatThrownBy(() -> StockAveraging.requireNoGpus(conf))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("training.trainer: is dl4j, whose workers use every GPU that they see, not only the one"
                        + " assigned"
                        + " by Spark (spark.executor.resource.gpu.amount); use exact, or a cpu profile");
    }

    private void assertEverythingWasOn(int ordinal) {
        assertThat(gpus.ofThisThread()).isEqualTo(ordinal);
        assertThat(prepared).hasSize(3).containsOnly(ordinal);
        assertThat(gpus.used()).containsExactly(ordinal);
    }

    private Tail tail(String runId) {
        return new TailConfiguration("GpuTasksTest " + runId, configuration)
                .tail(sent, state.iterations(), state.epochs());
    }

    private static List<float[]> examples() {
        return LongStream.range(0, EXAMPLES).mapToObj(Points::example).toList();
    }

    private static Iterator<Tuple2<Long, float[]>> numbered() {
        return LongStream.range(0, EXAMPLES)
                .mapToObj(i -> new Tuple2<>(i, Points.example(i)))
                .iterator();
    }

    @AfterEach
    void removeTheGpus() {
        gpus.close();
        sent.destroy();
        configuration.destroy();
    }
}
