package org.sparkfinetune.train.round;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.sparkfinetune.onednn.OneDnnGraph;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.Slice;
import org.sparkfinetune.train.SliceFit;
import org.sparkfinetune.train.tail.PreparedMinibatches;
import org.sparkfinetune.train.tail.TailLease;
import scala.Tuple2;

/**
 * Streams the examples of a slice through a graph, minibatch by minibatch; the next one is prepared during the fit.
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
     * @throws InterruptedException when the task is killed
     */
    SliceFit fit(TailLease lease, Iterator<Tuple2<Long, T>> arrived) throws InterruptedException {
        OneDnnGraph graph = lease.graph();
        SliceExamples<T> examples = new SliceExamples<>(slice, arrived);
        SliceFit fit = SliceFit.EMPTY;
        try (PreparedMinibatches<T> minibatches =
                new PreparedMinibatches<>(examples, task.plan().batchSizePerWorker(), batcher)) {
            while (minibatches.hasNext()) {
                requireWanted();
                PreparedMinibatches.Minibatch minibatch = minibatches.next();
                lease.rates().scale(task.learningRateFactor((int) fit.examples()));
                lease.hits().take();
                graph.fit(minibatch.data());
                if (!Double.isFinite(graph.score())) {
                    return fit.diverged(graph.score());
                }
                fit = fit.plus(minibatch.examples(), graph.score(), lease.hits().take())
                        .layerByLayer(graph.obstacle().orElse(""));
            }
        }
        requireWanted();
        return examples.fault().map(fit::wrongExamples).orElse(fit);
    }

    /** Spark does not interrupt a task whose job is cancelled, but marks it. */
    private static void requireWanted() throws InterruptedException {
        TaskContext context = TaskContext.get();
        if (context != null && context.isInterrupted()) {
            throw new InterruptedException("the task was killed");
        }
    }
}
