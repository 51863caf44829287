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
import org.sparkfinetune.train.average.RoundBlocks;
import org.sparkfinetune.train.blocks.BlockHome;
import org.sparkfinetune.train.blocks.BlockWriter;
import org.sparkfinetune.train.blocks.LostBlockException;
import org.sparkfinetune.train.tail.Tail;
import org.sparkfinetune.train.tail.TailLease;
import org.sparkfinetune.train.tail.TaskThreads;
import scala.Tuple2;

/**
 * The first job of a round: fits one slice, starting from the parameters of the round before, leaves what came out in pieces
 * where it is, and reports. A worker without examples, or with a bad end, only reports.
 *
 * @param <T> an example
 */
final class Worker<T> implements Function2<Integer, Iterator<Tuple2<Long, T>>, Iterator<byte[]>> {
    private static final long serialVersionUID = 1L;
    /** Of a worker that leaves nothing. */
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
        return List.of(answer(worker, examples).toBytes()).iterator();
    }

    private WorkerAnswer answer(int worker, Iterator<Tuple2<Long, T>> examples) throws InterruptedException {
        long started = System.nanoTime();
        try (NativeThreads threads = new TaskThreads(task.plan().workers()).limit()) {
            TailLease lease = tail.lend();
            Nd4j.getRandom().setSeed(task.seed(worker));
            long fitting = System.nanoTime();
            SliceFit fit = new SliceFitter<>(task, worker, batcher).fit(lease, examples);
            Duration fitted = since(fitting);
            PieceCutter cutter = new PieceCutter(blocks, lease.graph());
            BlockHome home = NOWHERE;
            if (fit.done() && fit.examples() > 0) {
                try (BlockWriter writer = blocks.pieceWriter(worker)) {
                    fit = cutter.cut(worker, fit, writer);
                    home = writer.home();
                }
            }
            lease.giveBack();
            return new WorkerAnswer(new WorkerReport(worker, fit, cutter.bytes(), fitted, since(started)), home, "");
        } catch (LostBlockException e) {
            WorkerReport report = new WorkerReport(worker, SliceFit.EMPTY, 0, Duration.ZERO, since(started));
            return new WorkerAnswer(report, NOWHERE, e.getMessage());
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
