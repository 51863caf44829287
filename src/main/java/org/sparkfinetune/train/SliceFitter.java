package org.sparkfinetune.train;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import scala.Tuple2;

/**
 * Streams the examples of a slice through a graph, minibatch by minibatch, and checks that they are those of the slice:
 * each position once, none missing, none else.
 *
 * @param <T> an example
 */
final class SliceFitter<T> {
    private final RoundTask task;
    private final Slice slice;
    private final Batcher<T> batcher;

    SliceFitter(RoundTask task, int worker, Batcher<T> batcher) {
        this.task = task;
        this.slice = task.slice(worker);
        this.batcher = batcher;
    }

    /**
     * @param lease its graph is changed
     * @param arrived position and example, in the order of positions
     */
    SliceFit fit(TailLease lease, Iterator<Tuple2<Long, T>> arrived) {
        ComputationGraph graph = lease.graph();
        SliceFit fit = SliceFit.EMPTY;
        long next = slice.from();
        List<T> minibatch = new ArrayList<>();
        while (arrived.hasNext()) {
            Tuple2<Long, T> example = arrived.next();
            if (example._1() != next || next >= slice.to()) {
                return fit.wrongExamples(describe(example._1(), next));
            }
            minibatch.add(example._2());
            next++;
            if (minibatch.size() == task.plan().batchSizePerWorker() || next == slice.to()) {
                lease.rates().scale(task.learningRateFactor((int) (next - slice.from()) - minibatch.size()));
                lease.hits().take();
                graph.fit(batcher.batch(minibatch));
                if (!Double.isFinite(graph.score())) {
                    return fit.diverged(graph.score());
                }
                fit = fit.plus(minibatch.size(), graph.score(), lease.hits().take());
                minibatch.clear();
            }
        }
        return next == slice.to() ? fit : fit.wrongExamples(describe(slice.to(), next));
    }

    private static String describe(long found, long expected) {
        if (found < expected) {
            return "two examples have the same index, or an index is outside 0..n-1";
        }
        return (found - expected) + " example(s) are missing from position " + expected
                + " of the order on, or an index" + " is outside 0..n-1";
    }
}
