package org.sparkfinetune.features.similar;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The nearest pictures so far for each picture of a block, best first: highest score, then smallest path. The result
 * does not depend on the order in which pictures are offered, nor on merging partial results.
 */
final class Nearest implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int block;
    private final int first;
    private final int most;
    private final int[] counts;
    private final int[] pictures;
    private final double[] scores;

    /** @param most maximum number kept for each picture, at least 1 */
    Nearest(VectorBlock of, int most) {
        this(of.number(), of.first(), most, of.rows());
    }

    private Nearest(int block, int first, int most, int rows) {
        this.block = block;
        this.first = first;
        this.most = most;
        this.counts = new int[rows];
        this.pictures = new int[rows * most];
        this.scores = new double[rows * most];
    }

    /** Number of the block whose pictures have these neighbours. */
    int block() {
        return block;
    }

    /** The minimum score of a picture to be kept. */
    double needed(int row) {
        return counts[row] < most ? Double.NEGATIVE_INFINITY : scores[(row + 1) * most - 1];
    }

    void offer(int row, double score, int picture) {
        int start = row * most;
        boolean full = counts[row] == most;
        if (full && !isBetter(score, picture, start + most - 1)) {
            return;
        }
        int at = full ? start + most - 1 : start + counts[row]++;
        for (; at > start && isBetter(score, picture, at - 1); at--) {
            scores[at] = scores[at - 1];
            pictures[at] = pictures[at - 1];
        }
        scores[at] = score;
        pictures[at] = picture;
    }

    private boolean isBetter(double score, int picture, int at) {
        return score > scores[at] || score == scores[at] && picture < pictures[at];
    }

    /** Returns the nearest of both, which are for the same block. */
    Nearest merge(Nearest other) {
        Nearest merged = new Nearest(block, first, most, counts.length);
        System.arraycopy(counts, 0, merged.counts, 0, counts.length);
        System.arraycopy(pictures, 0, merged.pictures, 0, pictures.length);
        System.arraycopy(scores, 0, merged.scores, 0, scores.length);
        for (int row = 0; row < counts.length; row++) {
            for (int at = row * most; at < row * most + other.counts[row]; at++) {
                merged.offer(row, other.scores[at], other.pictures[at]);
            }
        }
        return merged;
    }

    /** Returns rows of {@link BlockPairs#NEIGHBOURS}. */
    List<Row> rows(Metric metric) {
        List<Row> rows = new ArrayList<>(Arrays.stream(counts).sum());
        for (int row = 0; row < counts.length; row++) {
            for (int rank = 0; rank < counts[row]; rank++) {
                int at = row * most + rank;
                rows.add(RowFactory.create(first + row, rank + 1, pictures[at], (float) metric.reported(scores[at])));
            }
        }
        return rows;
    }
}
