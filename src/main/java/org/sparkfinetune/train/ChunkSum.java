package org.sparkfinetune.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import scala.Tuple2;

/** The reduce side of a round: averages the pieces of one chunk, measures their spread, hands reports of workers through. */
final class ChunkSum
        implements Function2<Integer, Iterator<Tuple2<Integer, byte[]>>, Iterator<Tuple2<Integer, byte[]>>> {
    private static final long serialVersionUID = 1L;

    private final VectorLayout layout;

    ChunkSum(VectorLayout layout) {
        this.layout = layout;
    }

    @Override
    public Iterator<Tuple2<Integer, byte[]>> call(Integer chunk, Iterator<Tuple2<Integer, byte[]>> arrived) {
        List<Tuple2<Integer, byte[]>> results = new ArrayList<>();
        List<Piece> pieces = new ArrayList<>();
        while (arrived.hasNext()) {
            Tuple2<Integer, byte[]> item = arrived.next();
            if (item._1() == WorkerReport.KEY) {
                results.add(item);
            } else {
                pieces.add(Piece.read(item._2()));
            }
        }
        if (!pieces.isEmpty()) {
            // In the order of workers, whatever came first: sums of doubles depend on it.
            pieces.sort(Comparator.comparingInt(Piece::worker));
            WeightedAverage average = new WeightedAverage(pieces);
            List<RunningStatistics> statistics = layout.statistics(chunk);
            if (statistics.isEmpty()) {
                byte[] averages = average.plain();
                results.add(new Tuple2<>(chunk, averages));
                ChunkSpread spread = ChunkSpread.of(pieces, averages, layout.parameterFloats(chunk));
                results.add(new Tuple2<>(ChunkSpread.KEY, spread.toBytes()));
            } else {
                results.add(new Tuple2<>(chunk, average.totalVariance(statistics)));
            }
        }
        return results.iterator();
    }
}
