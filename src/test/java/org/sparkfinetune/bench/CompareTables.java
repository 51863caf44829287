package org.sparkfinetune.bench;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.max;

import java.io.PrintStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Compares what two extract jobs made of one collection: every row of both tables, the embeddings bit by bit. */
public final class CompareTables {
    private static final String EMBEDDING = "embedding";

    private CompareTables() {}

    /** @param arguments output folder of the first job, of the second; the exit code is 1 when they differ */
    public static void main(String[] arguments) {
        try (SparkSession spark = SparkSession.builder().appName("compare").getOrCreate()) {
            Dataset<Row> first = spark.read().parquet(arguments[0] + "/embeddings");
            Dataset<Row> second = spark.read().parquet(arguments[1] + "/embeddings");
            Dataset<Row> rejectedFirst = spark.read().parquet(arguments[0] + "/rejected");
            Dataset<Row> rejectedSecond = spark.read().parquet(arguments[1] + "/rejected");
            PrintStream out = System.out;
            out.printf("rows %d and %d, paths %d and %d%n", first.count(), second.count(), paths(first), paths(second));
            long different = apart(first, second);
            long rejections = apart(rejectedFirst, rejectedSecond);
            out.printf(
                    "rows of one table that the other one has not, embeddings compared bit by bit: %d; largest"
                            + " difference of a float %s%n",
                    different, largestDifference(first, second));
            out.printf(
                    "rejected %d and %d, different rows %d%n",
                    rejectedFirst.count(), rejectedSecond.count(), rejections);
            if (different + rejections > 0) {
                throw new IllegalStateException("the tables differ");
            }
        }
    }

    private static long paths(Dataset<Row> rows) {
        return rows.agg(countDistinct(col("path"))).head().getLong(0);
    }

    /** Rows of the one that are not in the other, both ways, counting each as often as it is there. */
    private static long apart(Dataset<Row> one, Dataset<Row> other) {
        return one.exceptAll(other).count() + other.exceptAll(one).count();
    }

    private static Object largestDifference(Dataset<Row> one, Dataset<Row> other) {
        return one.select("path", EMBEDDING)
                .union(other.select("path", EMBEDDING))
                .groupBy("path")
                .agg(array_sort(collect_list(EMBEDDING)).alias("both"))
                .select(max(expr("array_max(zip_with(both[0], both[size(both) - 1], (a, b) -> abs(a - b)))")))
                .head()
                .get(0);
    }
}
