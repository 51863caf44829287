package org.sparkfinetune.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.sparkfinetune.train.ChunkAverages.Source;
import scala.Tuple2;

/**
 * One round as a reduce-scatter between block managers, in two jobs: workers fit, and leave their vectors cut into pieces; owners
 * fetch the pieces of their chunks, average them, and leave the averages.
 */
final class Round implements AutoCloseable {
    private final JavaSparkContext spark;
    private final VectorLayout layout;
    private final RoundBlocks blocks;
    private AveragedChunks averages;
    private boolean kept;

    /** @param workers of the round */
    Round(JavaSparkContext spark, VectorLayout layout, int workers) {
        this.spark = spark;
        this.layout = layout;
        this.blocks = new RoundBlocks(
                RawBlocks.newGroup(spark.sc()),
                RawBlocks.newGroup(spark.sc()),
                new ChunkOwners(layout.chunks(), Math.min(workers, layout.chunks())));
    }

    /** Where workers leave their pieces. */
    RoundBlocks blocks() {
        return blocks;
    }

    /**
     * Fits every slice.
     *
     * @return in the order of workers
     * @throws LostBlockException if a worker did not find the state to start from
     */
    <T> List<WorkerAnswer> fit(JavaRDD<Tuple2<Long, T>> slices, Worker<T> worker) {
        List<WorkerAnswer> answers = new ArrayList<>();
        for (byte[] bytes : slices.mapPartitionsWithIndex(worker, false).collect()) {
            WorkerAnswer answer = Encoded.read(bytes, WorkerAnswer::read);
            requireFound(answer.lost());
            answers.add(answer);
        }
        answers.sort(Comparator.comparingInt(answer -> answer.report().worker()));
        return answers;
    }

    /**
     * Averages what workers left that all had a good end.
     *
     * @throws LostBlockException if a piece is lost
     */
    ChunkSpread average(List<WorkerAnswer> workers) {
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
                .map(new ChunkAverages(layout, blocks, sources))
                .collect()) {
            OwnerAnswer answer = Encoded.read(bytes, OwnerAnswer::read);
            requireFound(answer.lost());
            homes.add(answer.home());
            spread = spread.plus(answer.spread());
        }
        long executors = workers.stream().map(WorkerAnswer::home).distinct().count();
        averages = new AveragedChunks(spark.sc(), layout, blocks, homes, executors < workers.size());
        return spread;
    }

    /** What was averaged. */
    AveragedChunks averages() {
        return averages;
    }

    /** Hands the averages over: they stay when the round is closed. */
    AveragedChunks keepAverages() {
        kept = true;
        return averages;
    }

    private static void requireFound(String lost) {
        if (!lost.isEmpty()) {
            throw new LostBlockException(lost, null);
        }
    }

    /** Removes the pieces, and averages that nobody took over. */
    @Override
    public void close() {
        RawBlocks.remove(spark.sc(), blocks.pieces());
        if (!kept) {
            RawBlocks.remove(spark.sc(), blocks.averages());
        }
    }
}
