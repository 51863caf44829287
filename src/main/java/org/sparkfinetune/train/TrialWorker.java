package org.sparkfinetune.train;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.check.SplitMix;
import org.sparkfinetune.cluster.NativeThreads;
import scala.Tuple2;

/**
 * One candidate of {@link RateTrials}: trains on the examples of its partition, scores the last of them.
 *
 * @param <T> an example
 */
final class TrialWorker<T> implements Function2<Integer, Iterator<Tuple2<Long, T>>, Iterator<RateTrial>> {
    private static final long serialVersionUID = 1L;

    private final RateTrials trials;
    private final ArrayList<Double> factors;
    private final Tail tail;
    private final Batcher<T> batcher;

    TrialWorker(RateTrials trials, ArrayList<Double> factors, Tail tail, Batcher<T> batcher) {
        this.trials = trials;
        this.factors = factors;
        this.tail = tail;
        this.batcher = batcher;
    }

    @Override
    public Iterator<RateTrial> call(Integer candidate, Iterator<Tuple2<Long, T>> examples) {
        try (NativeThreads limit = new TaskThreads(factors.size()).limit()) {
            return List.of(tried(candidate, examples)).iterator();
        }
    }

    private RateTrial tried(int candidate, Iterator<Tuple2<Long, T>> examples) {
        TailLease lease = tail.lend();
        double factor = factors.get(candidate);
        Nd4j.getRandom().setSeed(SplitMix.seed(trials.seed(), candidate));
        lease.rates().scale(factor);
        double loss = train(lease.graph(), examples);
        if (!Double.isFinite(loss)) {
            // The rest of the examples is of no use; the graph, full of NaN, is given its parameters anew by the next
            // user.
            lease.giveBack();
            return new RateTrial(factor, loss, null);
        }
        Score heldOut = score(lease.graph(), examples);
        lease.giveBack();
        return new RateTrial(factor, loss, heldOut);
    }

    /** Mean loss over the last quarter of the minibatches, or the first that is not finite. */
    private double train(ComputationGraph graph, Iterator<Tuple2<Long, T>> examples) {
        int lastQuarter = trials.steps() - Math.max(1, trials.steps() / 4);
        double sum = 0;
        for (int step = 0; step < trials.steps(); step++) {
            graph.fit(batcher.batch(next(examples, trials.batchSize())));
            if (!Double.isFinite(graph.score())) {
                return graph.score();
            }
            sum += step >= lastQuarter ? graph.score() : 0;
        }
        return sum / (trials.steps() - lastQuarter);
    }

    private Score score(ComputationGraph graph, Iterator<Tuple2<Long, T>> examples) {
        double[] total = new double[3];
        while (examples.hasNext()) {
            TailScorer.add(total, TailScorer.score(graph, batcher.batch(next(examples, trials.batchSize()))));
        }
        return total[0] == 0 ? null : new Score((long) total[0], total[1] / total[0], total[2] / total[0]);
    }

    private List<T> next(Iterator<Tuple2<Long, T>> examples, int most) {
        List<T> minibatch = new ArrayList<>();
        while (minibatch.size() < most && examples.hasNext()) {
            minibatch.add(examples.next()._2());
        }
        return minibatch;
    }
}
