package org.sparkfinetune.train.round;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.sparkfinetune.onednn.OneDnnGraph;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.EpochSlice;
import org.sparkfinetune.train.SliceFit;
import org.sparkfinetune.train.tail.PreparedMinibatches;
import org.sparkfinetune.train.tail.TailLease;
import scala.Tuple2;

/**
 * Fits the examples of a slice, minibatch by minibatch. The next minibatch is prepared during the fit.
 *
 * @param <T> an example
 */
final class SliceFitter<T> {
    private final RoundTask task;
    private final EpochSlice slice;
    private final Batcher<T> batcher;

    SliceFitter(RoundTask task, int worker, Batcher<T> batcher) {
        this.task = task;
        this.slice = task.slice(worker);
        this.batcher = batcher;
    }

    /**
     * Fits the slice.
     *
     * @param lease lease of the graph to fit
     * @param arrived pairs of position and example, sorted by position
     * @throws InterruptedException if the task is killed
     */
    SliceFit fit(TailLease lease, Iterator<Tuple2<Long, T>> arrived) throws InterruptedException {
        OneDnnGraph graph = lease.graph();
        SliceExamples<T> examples = new SliceExamples<>(slice, arrived);
        SliceFit fit = SliceFit.EMPTY;
        try (PreparedMinibatches<T> minibatches =
                new PreparedMinibatches<>(examples, task.plan().training().batchSizePerWorker(), batcher)) {
            while (minibatches.hasNext()) {
                requireNotKilled();
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
        requireNotKilled();
        return examples.fault().map(fit::wrongExamples).orElse(fit);
    }

    /** Spark marks the task of a cancelled job, but does not interrupt it. */
    private static void requireNotKilled() throws InterruptedException {
        TaskContext context = TaskContext.get();
        if (context != null && context.isInterrupted()) {
            throw new InterruptedException("the task was killed");
        }
    }
}
