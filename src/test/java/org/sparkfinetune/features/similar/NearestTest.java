package org.sparkfinetune.features.similar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class NearestTest {
    private static final VectorBlock BLOCK = new VectorBlock(2, 100, List.of("a", "b"), List.of("x", "y"), new byte[8]);

    @Test
    void theBestAreKeptInWhateverOrderTheyAreOffered() {
        Nearest nearest = new Nearest(BLOCK, 3);
        offer(nearest, 0.5, 7, 0.9, 8, 0.5, 6, 0.1, 1, 0.5, 5, 0.9, 9);
        assertThat(nearest.rows(Metric.COSINE))
                .containsExactly(row(101, 1, 8, 0.9f), row(101, 2, 9, 0.9f), row(101, 3, 5, 0.5f));
    }

    @Test
    void mergedInAnyOrderTheyAreThoseOfOnePlace() {
        Nearest left = new Nearest(BLOCK, 3);
        offer(left, 0.5, 7, 0.9, 8);
        Nearest right = new Nearest(BLOCK, 3);
        offer(right, 0.5, 6, 0.1, 1, 0.5, 5);
        List<Row> expected = List.of(row(101, 1, 8, 0.9f), row(101, 2, 5, 0.5f), row(101, 3, 6, 0.5f));
        assertThat(left.merge(right).rows(Metric.COSINE)).isEqualTo(expected);
        assertThat(right.merge(left).rows(Metric.COSINE)).isEqualTo(expected);
        assertThat(left.rows(Metric.COSINE)).hasSize(2);
    }

    private static void offer(Nearest nearest, double... scoresAndPictures) {
        for (int i = 0; i < scoresAndPictures.length; i += 2) {
            nearest.offer(1, scoresAndPictures[i], (int) scoresAndPictures[i + 1]);
        }
    }

    private static Row row(int picture, int rank, int neighbour, float value) {
        return RowFactory.create(picture, rank, neighbour, value);
    }
}
