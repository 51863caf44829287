package org.sparkfinetune.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.countDistinct;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Compares what two extract jobs made of one collection: every row of both tables, and how far embeddings lie apart.
 */
public final class CompareTables {
    private static final String PATH = "path";

    private CompareTables() {}

    /** @param arguments output folder of the first job, of the second, file for the result */
    public static void main(String[] arguments) throws IOException {
        try (SparkSession spark = SparkSession.builder().appName("compare").getOrCreate()) {
            Dataset<Row> first = spark.read().parquet(arguments[0] + "/embeddings");
            Dataset<Row> second = spark.read().parquet(arguments[1] + "/embeddings");
            Dataset<Row> rejectedFirst = spark.read().parquet(arguments[0] + "/rejected");
            Dataset<Row> rejectedSecond = spark.read().parquet(arguments[1] + "/rejected");
            Distance farthest = first.select(col(PATH), col("embedding").alias("one"))
                    .join(second.select(col(PATH), col("embedding").alias("other")), PATH)
                    .toJavaRDD()
                    .map(row -> Distance.between(row.getList(1), row.getList(2)))
                    .reduce(Distance::farther);
            String result = String.format(
                    Locale.ROOT,
                    """
                    rows %d and %d, paths %d and %d; rows of one table that are not in the other, bit by bit: %d
                    rejected %d and %d; rows of one that are not in the other: %d
                    embeddings of a picture: difference of a float at most %.2e of the largest, cosine at least %.9f
                    """,
                    first.count(),
                    second.count(),
                    paths(first),
                    paths(second),
                    apart(first, second),
                    rejectedFirst.count(),
                    rejectedSecond.count(),
                    apart(rejectedFirst, rejectedSecond),
                    farthest.relative(),
                    farthest.cosine());
            Files.writeString(Path.of(arguments[2]), result);
        }
    }

    private static long paths(Dataset<Row> rows) {
        return rows.agg(countDistinct(col(PATH))).head().getLong(0);
    }

    /** Rows of the one that are not in the other, both ways, counting each as often as it is there. */
    private static long apart(Dataset<Row> one, Dataset<Row> other) {
        return one.exceptAll(other).count() + other.exceptAll(one).count();
    }

    /**
     * How far two embeddings lie apart.
     *
     * @param relative largest difference of two floats, divided by the largest float of the first
     */
    private record Distance(double relative, double cosine) implements Serializable {
        static Distance between(List<Float> one, List<Float> other) {
            double difference = 0;
            double largest = 0;
            double dot = 0;
            double squares = 0;
            double otherSquares = 0;
            for (int i = 0; i < one.size(); i++) {
                double a = one.get(i);
                double b = other.get(i);
                difference = Math.max(difference, Math.abs(a - b));
                largest = Math.max(largest, Math.abs(a));
                dot += a * b;
                squares += a * a;
                otherSquares += b * b;
            }
            return new Distance(difference / largest, dot / Math.sqrt(squares * otherSquares));
        }

        Distance farther(Distance other) {
            return new Distance(Math.max(relative, other.relative), Math.min(cosine, other.cosine));
        }
    }
}
