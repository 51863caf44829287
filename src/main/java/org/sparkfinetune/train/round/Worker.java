package org.sparkfinetune.train.round;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.cluster.NativeThreads;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.SliceFit;
import org.sparkfinetune.train.WorkerReport;
import org.sparkfinetune.train.average.Answer;
import org.sparkfinetune.train.average.RoundBlocks;
import org.sparkfinetune.train.blocks.BlockHome;
import org.sparkfinetune.train.blocks.BlockWriter;
import org.sparkfinetune.train.blocks.LostBlockException;
import org.sparkfinetune.train.tail.Tail;
import org.sparkfinetune.train.tail.TailLease;
import org.sparkfinetune.train.tail.TaskThreads;
import scala.Tuple2;

/**
 * The first job of a round: fits one slice, starting from the parameters after the round before, leaves the fitted
 * vector where it runs, and reports. A worker without examples, or whose fit failed, only reports. Returns an
 * {@link Answer.Fitted}.
 *
 * @param <T> an example
 */
final class Worker<T> implements Function2<Integer, Iterator<Tuple2<Long, T>>, Iterator<byte[]>> {
    private static final long serialVersionUID = 1L;
    /** Home of a worker without a vector. */
    private static final BlockHome NOWHERE = new BlockHome("", "", 0, "");

    private final RoundTask task;
    private final Tail tail;
    private final Batcher<T> batcher;
    private final RoundBlocks blocks;

    Worker(RoundTask task, Tail tail, Batcher<T> batcher, RoundBlocks blocks) {
        this.task = task;
        this.tail = tail;
        this.batcher = batcher;
        this.blocks = blocks;
    }

    @Override
    public Iterator<byte[]> call(Integer worker, Iterator<Tuple2<Long, T>> examples) throws InterruptedException {
        return List.of(fit(worker, examples).toBytes()).iterator();
    }

    private Answer.Fitted fit(int worker, Iterator<Tuple2<Long, T>> examples) throws InterruptedException {
        long started = System.nanoTime();
        try (NativeThreads threads = new TaskThreads(task.plan().workers()).limit()) {
            TailLease lease = tail.lend();
            Nd4j.getRandom().setSeed(task.seed(worker));
            long fitting = System.nanoTime();
            SliceFit fit = new SliceFitter<>(task, worker, batcher).fit(lease, examples);
            Duration fitted = since(fitting);
            VectorWriter vector = new VectorWriter(blocks, lease.graph());
            BlockHome home = NOWHERE;
            if (fit.done() && fit.examples() > 0) {
                try (BlockWriter writer = blocks.partWriter(worker)) {
                    fit = vector.write(worker, fit, writer);
                    home = writer.home();
                }
            }
            lease.giveBack();
            return new Answer.Fitted(new WorkerReport(worker, fit, vector.bytes(), fitted, since(started)), home, "");
        } catch (LostBlockException e) {
            WorkerReport report = new WorkerReport(worker, SliceFit.EMPTY, 0, Duration.ZERO, since(started));
            return new Answer.Fitted(report, NOWHERE, e.getMessage());
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
