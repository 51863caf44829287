package org.sparkfinetune.train;

import java.util.Iterator;
import org.apache.spark.api.java.function.Function2;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.cluster.NativeThreads;
import scala.Tuple2;

/**
 * The map side of a round: fits one slice, starting from the broadcast parameters, and sends what came out chunk by
 * chunk, its report last. A worker without examples, or with a bad end, sends the report only.
 *
 * @param <T> an example
 */
final class Worker<T> implements Function2<Integer, Iterator<Tuple2<Long, T>>, Iterator<Tuple2<Integer, byte[]>>> {
    private static final long serialVersionUID = 1L;

    private final RoundTask task;
    private final Tail tail;
    private final Batcher<T> batcher;

    Worker(RoundTask task, Tail tail, Batcher<T> batcher) {
        this.task = task;
        this.tail = tail;
        this.batcher = batcher;
    }

    @Override
    public Iterator<Tuple2<Integer, byte[]>> call(Integer worker, Iterator<Tuple2<Long, T>> examples)
            throws InterruptedException {
        long started = System.nanoTime();
        try (NativeThreads threads = new TaskThreads(task.plan().workers()).limit()) {
            TailLease lease = tail.lend();
            Nd4j.getRandom().setSeed(task.seed(worker));
            long fitting = System.nanoTime();
            SliceFit fit = new SliceFitter<>(task, worker, batcher).fit(lease, examples);
            return new OutgoingPieces(worker, fit, task.layout(), lease, started, fitting);
        }
    }
}
