package org.sparkfinetune.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.Serializer;
import scala.Tuple2;

/**
 * One round as a reduce-scatter on Spark: the workers' vectors are cut into chunks, one shuffle brings the pieces of a
 * chunk to one task that averages them, and the driver collects the averages, a single copy of the vector.
 */
final class Round implements AutoCloseable {
    /** Averages asked for in one job: well below spark.driver.maxResultSize, 1 GiB when not set. */
    private static final long BYTES_PER_JOB = 256L << 20;

    private final VectorLayout layout;
    private final JavaPairRDD<Integer, byte[]> shuffled;
    private final JavaRDD<Tuple2<Integer, byte[]>> averaged;

    <T> Round(JavaRDD<Tuple2<Long, T>> slices, Worker<T> worker, VectorLayout layout) {
        this.layout = layout;
        this.shuffled = JavaPairRDD.fromJavaRDD(slices.mapPartitionsWithIndex(worker, false))
                .partitionBy(new ChunkPartitioner(layout.chunks()));
        ((ShuffledRDD<?, ?, ?>) shuffled.rdd()).setSerializer(forgetful());
        this.averaged = JavaRDD.fromRDD(shuffled.rdd(), shuffled.rdd().elementClassTag())
                .mapPartitionsWithIndex(new ChunkSum(layout), true);
    }

    /**
     * Java's serialization, forgetting each object once it is written or read. Spark's remembers a hundred in each of its streams, to
     * write a second mention as a reference: pieces are mentioned once, and a stream for each chunk would remember the whole model.
     */
    private static Serializer forgetful() {
        return new JavaSerializer(new SparkConf(false).set("spark.serializer.objectStreamReset", "1"));
    }

    /**
     * Trains, averages and collects.
     *
     * @param chunks receives each averaged chunk and its number
     * @return if one of the workers has a bad end, chunks may be missing
     */
    RoundOutcome run(ObjIntConsumer<byte[]> chunks) {
        List<WorkerReport> reports = new ArrayList<>();
        ChunkSpread spread = ChunkSpread.NONE;
        for (int from = 0; from < layout.chunks(); ) {
            int to = endOfJob(from);
            spread = spread.plus(collect(from, to, reports, chunks));
            from = to;
            if (!reports.stream().allMatch(report -> report.fit().done())) {
                break;
            }
        }
        reports.sort(Comparator.comparingInt(WorkerReport::worker));
        return new RoundOutcome(reports, spread);
    }

    private int endOfJob(int from) {
        long bytes = 0;
        int to = from;
        while (to < layout.chunks() && (to == from || bytes < BYTES_PER_JOB)) {
            bytes += (long) layout.floats(to) * FlatVector.BYTES;
            to++;
        }
        return to;
    }

    private ChunkSpread collect(int from, int to, List<WorkerReport> reports, ObjIntConsumer<byte[]> chunks) {
        int[] partitions = new int[to - from];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = from + i;
        }
        ChunkSpread spread = ChunkSpread.NONE;
        for (List<Tuple2<Integer, byte[]>> partition : averaged.collectPartitions(partitions)) {
            for (Tuple2<Integer, byte[]> item : partition) {
                switch (item._1()) {
                    case WorkerReport.KEY -> reports.add(WorkerReport.read(item._2()));
                    case ChunkSpread.KEY -> spread = spread.plus(ChunkSpread.read(item._2()));
                    default -> chunks.accept(item._2(), item._1());
                }
            }
        }
        return spread;
    }

    @Override
    public void close() {
        EpochShuffle.removeShuffle(shuffled.rdd());
    }
}
