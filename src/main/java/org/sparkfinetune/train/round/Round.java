package org.sparkfinetune.train.round;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.average.AveragedChunks;
import org.sparkfinetune.train.average.ChunkAverages;
import org.sparkfinetune.train.average.ChunkAverages.Source;
import org.sparkfinetune.train.average.ChunkOwners;
import org.sparkfinetune.train.average.ChunkSpread;
import org.sparkfinetune.train.average.Encoded;
import org.sparkfinetune.train.average.OwnerAnswer;
import org.sparkfinetune.train.average.RoundBlocks;
import org.sparkfinetune.train.blocks.BlockGroup;
import org.sparkfinetune.train.blocks.BlockHome;
import org.sparkfinetune.train.blocks.LostBlockException;
import org.sparkfinetune.train.tail.Tail;
import scala.Tuple2;

/**
 * One round as a reduce-scatter between block managers, in two jobs: workers fit, and leave their vectors cut into pieces; owners
 * fetch the pieces of their chunks, average them, and leave the averages.
 *
 * @param <T> an example
 */
final class Round<T> implements AutoCloseable {
    private final JavaSparkContext spark;
    private final JavaRDD<Tuple2<Long, T>> slices;
    private final Batcher<T> batcher;
    private final RoundTask task;
    private final RoundBlocks blocks;
    private JavaFutureAction<List<byte[]>> fit;
    private boolean averagesKept;

    /**
     * @param slices one for each worker
     * @param shared whether driver and executors share the memory of one host
     */
    Round(JavaSparkContext spark, JavaRDD<Tuple2<Long, T>> slices, Batcher<T> batcher, RoundTask task, boolean shared) {
        this.spark = spark;
        this.slices = slices;
        this.batcher = batcher;
        this.task = task;
        int chunks = task.layout().chunks();
        this.blocks = new RoundBlocks(
                task.layout(),
                BlockGroup.create(spark.sc(), shared),
                BlockGroup.create(spark.sc(), shared),
                new ChunkOwners(chunks, Math.min(task.plan().workers(), chunks)));
    }

    RoundTask task() {
        return task;
    }

    /** Starts to fit every slice, from what the tail was sent. */
    void start(Tail tail) {
        Worker<T> worker = new Worker<>(task, tail, batcher, blocks);
        fit = slices.mapPartitionsWithIndex(worker, false).collectAsync();
    }

    /**
     * Waits for the end of the fit.
     *
     * @return in the order of workers
     * @throws LostBlockException if a worker did not find the state to start from
     */
    List<WorkerAnswer> fitted() {
        List<WorkerAnswer> answers = new ArrayList<>();
        for (byte[] bytes : await()) {
            WorkerAnswer answer = Encoded.read(bytes, WorkerAnswer::read);
            requireFound(answer.lost());
            answers.add(answer);
        }
        answers.sort(Comparator.comparingInt(answer -> answer.report().worker()));
        return answers;
    }

    private List<byte[]> await() {
        try {
            return fit.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while workers fit");
        }
    }

    /**
     * Averages what workers left that all had a good end.
     *
     * @return the averages, which are the caller's, and the spread of the workers
     * @throws LostBlockException if a piece is lost
     */
    Averaged average(List<WorkerAnswer> workers) {
        List<Source> sources = workers.stream()
                .filter(answer -> answer.report().fit().examples() > 0)
                .map(answer -> new Source(
                        answer.report().worker(), answer.report().fit().examples(), answer.home()))
                .toList();
        List<Integer> owners =
                IntStream.range(0, blocks.owners().owners()).boxed().toList();
        ChunkSpread spread = ChunkSpread.NONE;
        List<BlockHome> homes = new ArrayList<>();
        for (byte[] bytes : spark.parallelize(owners, owners.size())
                .map(new ChunkAverages(blocks, sources))
                .collect()) {
            OwnerAnswer answer = Encoded.read(bytes, OwnerAnswer::read);
            requireFound(answer.lost());
            homes.add(answer.home());
            spread = spread.plus(answer.spread());
        }
        long executors = workers.stream()
                .map(answer -> answer.home().executor())
                .distinct()
                .count();
        boolean severalInOne = executors < workers.size();
        averagesKept = true;
        return new Averaged(new AveragedChunks(spark.sc(), blocks, homes, severalInOne), spread);
    }

    /**
     * What a round made.
     *
     * @param chunks the averages, where they are
     * @param spread of the workers
     */
    record Averaged(AveragedChunks chunks, ChunkSpread spread) {}

    private static void requireFound(String lost) {
        if (!lost.isEmpty()) {
            throw new LostBlockException(lost, null);
        }
    }

    /** Stops a fit that nobody waited for, and removes what nobody took over. */
    @Override
    public void close() {
        if (fit != null && !fit.isDone()) {
            fit.cancel(true);
        }
        blocks.pieces().remove(spark.sc());
        if (!averagesKept) {
            blocks.averages().remove(spark.sc());
        }
    }
}
