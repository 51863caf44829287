package org.sparkfinetune.train.rates;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.check.SplitMix;
import org.sparkfinetune.cluster.NativeThreads;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.Score;
import org.sparkfinetune.train.tail.PreparedMinibatches;
import org.sparkfinetune.train.tail.Tail;
import org.sparkfinetune.train.tail.TailLease;
import org.sparkfinetune.train.tail.TailScorer;
import org.sparkfinetune.train.tail.TaskThreads;
import scala.Tuple2;

/**
 * One candidate of {@link RateTrials}: trains on the first examples of its partition, and scores the others.
 *
 * @param <T> an example
 */
public final class TrialWorker<T> implements Function2<Integer, Iterator<Tuple2<Long, T>>, Iterator<RateTrial>> {
    private static final long serialVersionUID = 1L;

    private final RateTrials trials;
    private final ArrayList<Double> factors;
    private final Tail tail;
    private final Batcher<T> batcher;

    public TrialWorker(RateTrials trials, ArrayList<Double> factors, Tail tail, Batcher<T> batcher) {
        this.trials = trials;
        this.factors = factors;
        this.tail = tail;
        this.batcher = batcher;
    }

    @Override
    public Iterator<RateTrial> call(Integer candidate, Iterator<Tuple2<Long, T>> examples) throws InterruptedException {
        try (NativeThreads limit = new TaskThreads(factors.size()).limit()) {
            return List.of(tried(candidate, examples)).iterator();
        }
    }

    private RateTrial tried(int candidate, Iterator<Tuple2<Long, T>> examples) throws InterruptedException {
        TailLease lease = tail.lend();
        double factor = factors.get(candidate);
        Nd4j.getRandom().setSeed(SplitMix.seed(trials.seed(), candidate));
        lease.rates().scale(factor);
        double loss = train(lease.graph(), examples);
        if (!Double.isFinite(loss)) {
            // The next user of the graph overwrites its parameters.
            lease.giveBack();
            return new RateTrial(factor, loss, null);
        }
        Score heldOut = score(lease.graph(), examples);
        lease.giveBack();
        return new RateTrial(factor, loss, heldOut);
    }

    /** Returns the mean loss over the last quarter of the minibatches, or the first loss that is not finite. */
    private double train(ComputationGraph graph, Iterator<Tuple2<Long, T>> examples) throws InterruptedException {
        int lastQuarter = trials.steps() - Math.max(1, trials.steps() / 4);
        double sum = 0;
        // Held-out examples follow, and must not get into a training minibatch.
        long trained = (long) trials.steps() * trials.batchSize();
        try (PreparedMinibatches<T> minibatches = minibatches(examples, trained)) {
            for (int step = 0; step < trials.steps(); step++) {
                graph.fit(minibatches.next().data());
                if (!Double.isFinite(graph.score())) {
                    return graph.score();
                }
                sum += step >= lastQuarter ? graph.score() : 0;
            }
        }
        return sum / (trials.steps() - lastQuarter);
    }

    private Score score(ComputationGraph graph, Iterator<Tuple2<Long, T>> rest) throws InterruptedException {
        double[] total = new double[3];
        try (PreparedMinibatches<T> minibatches = minibatches(rest, Long.MAX_VALUE)) {
            while (minibatches.hasNext()) {
                TailScorer.add(total, TailScorer.score(graph, minibatches.next().data()));
            }
        }
        return total[0] == 0 ? null : new Score((long) total[0], total[1] / total[0], total[2] / total[0]);
    }

    private PreparedMinibatches<T> minibatches(Iterator<Tuple2<Long, T>> examples, long most) {
        return new PreparedMinibatches<>(new First<>(examples, most), trials.batchSize(), batcher);
    }

    /** The first of some numbered examples; later ones stay unread. */
    private static final class First<T> implements Iterator<T> {
        private final Iterator<Tuple2<Long, T>> examples;
        private long left;

        First(Iterator<Tuple2<Long, T>> examples, long most) {
            this.examples = examples;
            this.left = most;
        }

        @Override
        public boolean hasNext() {
            return left > 0 && examples.hasNext();
        }

        @Override
        public T next() {
            left--;
            return examples.next()._2();
        }
    }
}
