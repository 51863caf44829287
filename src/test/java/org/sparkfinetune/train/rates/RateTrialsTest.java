package org.sparkfinetune.train.rates;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaPairRDD;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.EpochOrder;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.tail.TailScorer;

@Tag("spark")
class RateTrialsTest {
    /** Static, because executors of this JVM add to it, and it must not be part of the closure. */
    private static final Set<String> THREADS = ConcurrentHashMap.newKeySet();

    private static final int EXAMPLES = 20;
    private static final RateTrials TRIALS = new RateTrials(42, 8, 6);

    @Test
    void everyCandidateEqualsATrainingOfItsOwnFromTheSameStart() {
        List<Double> rates = List.of(0.001, 0.05, 0.5);
        List<RateTrial> tried = run(Tails.dense(new Adam(1), Activation.TANH), rates, 3);
        for (int i = 0; i < rates.size(); i++) {
            ComputationGraph alone = Tails.dense(new Adam(rates.get(i)), Activation.TANH);
            List<Double> losses = fitAlone(alone);
            assertThat(tried.get(i).factor()).isEqualTo(rates.get(i));
            assertThat(tried.get(i).loss()).isEqualTo(losses.get(5));
            assertThat(tried.get(i).heldOut().loss()).isEqualTo(score(alone));
            assertThat(tried.get(i).heldOut().examples()).isEqualTo(11);
        }
    }

    @Test
    void theResultDoesNotDependOnThePartitions() {
        ComputationGraph tail = Tails.dense(new Adam(1), Activation.TANH, 0.5);
        assertThat(run(tail, List.of(0.01, 0.1), 1)).isEqualTo(run(tail, List.of(0.01, 0.1), 7));
    }

    @Test
    void aRateThatIsFarTooHighIsFoundToDiverge() {
        List<RateTrial> tried = run(Tails.dense(new Sgd(1), Activation.IDENTITY), List.of(0.01, 1e30), 2);
        assertThat(tried.get(0).stable()).isTrue();
        assertThat(tried.get(1).stable()).isFalse();
        assertThat(tried.get(1).heldOut()).isNull();
        assertThat(tried.get(1).score()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void theLowestRateThatIsAboutAsGoodAsTheBestIsSuggested() {
        // From 2 at the lowest rate down to 1 at the best: 1.1 is nine tenths of the way.
        assertThat(RateTrials.suggestion(List.of(
                        trial(0.001, 2), trial(0.01, 1.11), trial(0.1, 1.09), trial(1, 1), trial(10, Double.NaN))))
                .hasValue(0.1);
        assertThat(RateTrials.suggestion(List.of(trial(1, 1), trial(0.1, 1.09), trial(0.001, 2))))
                .hasValue(0.1);
        assertThat(RateTrials.suggestion(List.of(trial(0.1, 1), trial(1, 1.5)))).hasValue(0.1);
        assertThat(RateTrials.suggestion(List.of(trial(0.1, Double.NaN)))).isEmpty();
    }

    private static RateTrial trial(double rate, double loss) {
        return new RateTrial(rate, loss, null);
    }

    @Test
    void withoutHeldOutExamplesTheTrainingLossDecides() {
        JavaPairRDD<Long, float[]> nothing =
                JavaPairRDD.fromJavaRDD(LocalSpark.context().emptyRDD());
        List<RateTrial> tried = TRIALS.run(
                LocalSpark.context(),
                Tails.dense(new Sgd(1), Activation.TANH),
                Points::batch,
                List.of(0.1),
                new RateTrials.Examples<>(Points.rdd(EXAMPLES, 2), EXAMPLES, nothing, 0));
        assertThat(tried.get(0).heldOut()).isNull();
        assertThat(tried.get(0).score()).isEqualTo(tried.get(0).loss());
    }

    @Test
    void minibatchesAreMadeBesideTheFits() {
        THREADS.clear();
        Batcher<float[]> watching = minibatch -> {
            THREADS.add(Thread.currentThread().getName());
            return Points.batch(minibatch);
        };
        ComputationGraph tail = Tails.dense(new Sgd(1), Activation.TANH);
        RateTrials.Examples<float[]> examples =
                new RateTrials.Examples<>(Points.rdd(EXAMPLES, 2), EXAMPLES, held(), 11);
        TRIALS.run(LocalSpark.context(), tail, watching, List.of(0.1), examples);
        assertThat(THREADS).containsExactly("prefetch");
    }

    private static List<RateTrial> run(ComputationGraph tail, List<Double> rates, int partitions) {
        return TRIALS.run(
                LocalSpark.context(),
                tail,
                Points::batch,
                rates,
                new RateTrials.Examples<>(Points.shuffledRdd(EXAMPLES, partitions), EXAMPLES, held(), 11));
    }

    /** Examples that are not trained on. */
    private static JavaPairRDD<Long, float[]> held() {
        return Points.rdd(11, 2).mapValues(example -> Points.example((long) example[0] + EXAMPLES));
    }

    /** Six minibatches of eight, from examples in the order of three epochs. */
    private static List<Double> fitAlone(ComputationGraph graph) {
        List<float[]> order = new ArrayList<>();
        for (int epoch = 1; epoch <= 3; epoch++) {
            order.addAll(Points.inOrder(new EpochOrder(EXAMPLES, 42, epoch), 0, EXAMPLES));
        }
        List<Double> losses = new ArrayList<>();
        for (int step = 0; step < 6; step++) {
            graph.fit(Points.batch(order.subList(8 * step, 8 * step + 8)));
            losses.add(graph.score());
        }
        return losses;
    }

    private static double score(ComputationGraph graph) {
        double[] total = new double[3];
        for (int[] part : new int[][] {{0, 8}, {8, 11}}) {
            List<float[]> minibatch = new ArrayList<>();
            for (int i = part[0]; i < part[1]; i++) {
                minibatch.add(Points.example(i + EXAMPLES));
            }
            TailScorer.add(total, TailScorer.score(graph, Points.batch(minibatch)));
        }
        return total[1] / total[0];
    }
}
