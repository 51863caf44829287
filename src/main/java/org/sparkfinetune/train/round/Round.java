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
import org.sparkfinetune.check.Failures;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.average.Answer;
import org.sparkfinetune.train.average.AveragedChunks;
import org.sparkfinetune.train.average.ChunkAverages;
import org.sparkfinetune.train.average.ChunkAverages.Source;
import org.sparkfinetune.train.average.ChunkSpread;
import org.sparkfinetune.train.average.RoundBlocks;
import org.sparkfinetune.train.blocks.BlockHome;
import org.sparkfinetune.train.blocks.LostBlockException;
import org.sparkfinetune.train.tail.Tail;
import scala.Tuple2;

/**
 * One round, as a reduce-scatter between block managers in two Spark jobs. First the workers fit, and leave their
 * vectors, divided into chunks, where they run. Then the owners of the chunks fetch the workers' parts, average them,
 * and leave the averages where they run.
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
     * @param slices one partition for each worker
     * @param shared whether driver and executors share the memory of one host
     */
    Round(JavaSparkContext spark, JavaRDD<Tuple2<Long, T>> slices, Batcher<T> batcher, RoundTask task, boolean shared) {
        this.spark = spark;
        this.slices = slices;
        this.batcher = batcher;
        this.task = task;
        this.blocks = RoundBlocks.create(spark.sc(), task.layout(), task.plan().workers(), shared);
    }

    /** Starts the fit of every slice. */
    void startFit(Tail tail) {
        Worker<T> worker = new Worker<>(task, tail, batcher, blocks);
        fit = slices.mapPartitionsWithIndex(worker, false).collectAsync();
    }

    /**
     * Waits for the end of the fit.
     *
     * @return answers in the order of the workers
     * @throws LostBlockException if a worker did not find the state to start from
     */
    List<Answer.Fitted> awaitFit() {
        List<Answer.Fitted> answers = new ArrayList<>();
        for (byte[] bytes : await()) {
            Answer.Fitted answer = Answer.Fitted.read(bytes);
            answer.requireNothingLost();
            answers.add(answer);
        }
        answers.sort(Comparator.comparingInt(answer -> answer.report().worker()));
        return answers;
    }

    private List<byte[]> await() {
        try {
            return fit.get();
        } catch (ExecutionException e) {
            throw Failures.unwrap(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while workers fit");
        }
    }

    /**
     * Averages the vectors of workers that all fitted successfully.
     *
     * @throws LostBlockException if a part of a vector is lost
     */
    Averaged average(List<Answer.Fitted> workers) {
        List<Source> sources = workers.stream()
                .filter(answer -> answer.report().fit().examples() > 0)
                .map(answer -> new Source(
                        answer.report().worker(), answer.report().fit().examples(), answer.home()))
                .toList();
        List<Integer> owners = IntStream.range(0, blocks.owners()).boxed().toList();
        ChunkSpread spread = ChunkSpread.NONE;
        List<BlockHome> homes = new ArrayList<>();
        for (byte[] bytes : spark.parallelize(owners, owners.size())
                .map(new ChunkAverages(blocks, sources))
                .collect()) {
            Answer.Averaged answer = Answer.Averaged.read(bytes);
            answer.requireNothingLost();
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
     * The result of a round.
     *
     * @param chunks averages on the executors, to be destroyed by the caller
     * @param spread spread of the workers
     */
    record Averaged(AveragedChunks chunks, ChunkSpread spread) {}

    /** Cancels an unfinished fit, and removes all blocks except averages that were returned. */
    @Override
    public void close() {
        if (fit != null && !fit.isDone()) {
            fit.cancel(true);
        }
        blocks.parts().remove(spark.sc());
        if (!averagesKept) {
            blocks.averages().remove(spark.sc());
        }
    }
}
