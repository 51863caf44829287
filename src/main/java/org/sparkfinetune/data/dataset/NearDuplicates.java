package org.sparkfinetune.data.dataset;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.udf;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.sparkfinetune.data.picture.PerceptualHash;

/**
 * Pictures of different splits that look alike ({@link PerceptualHash#isNear}). A pair within three bits agrees in at
 * least one of four bands of 16 bits, so only pictures that share a band are compared.
 *
 * @param pictures "test like train" and so on: number of pictures of the first split that look like one in the second
 * @param examples some pairs of paths
 * @param complete false when a band had too many different pictures of one split to compare all
 */
public record NearDuplicates(Map<String, Long> pictures, List<String> examples, boolean complete) {
    /** No near duplicates, everything was compared. */
    public static final NearDuplicates NONE = new NearDuplicates(Map.of(), List.of(), true);

    /** Bounds the comparisons when all pictures look alike: they grow with the pictures, not with their square. */
    private static final int MOST_IN_A_BAND = 200;

    private static final int EXAMPLES = 10;
    private static final String BAND = "band";
    private static final String RANK = "rank";
    private static final String COPIES = "copies";

    public NearDuplicates {
        pictures = Map.copyOf(pictures);
        examples = List.copyOf(examples);
    }

    /** @param kept rows of {@link DatasetSchema#LEDGER} */
    public static NearDuplicates among(Dataset<Row> kept) {
        Dataset<Row> looks = kept.groupBy(DatasetSchema.PERCEPTUAL_HASH, DatasetSchema.MEAN_COLOUR, DatasetSchema.SPLIT)
                .agg(count(lit(1)).as(COPIES), min(DatasetSchema.PATH).as(DatasetSchema.PATH));
        Dataset<Row> banded = looks.withColumn(BAND, explode(bands()))
                .withColumn(
                        RANK,
                        row_number()
                                .over(Window.partitionBy(BAND, DatasetSchema.SPLIT)
                                        .orderBy(DatasetSchema.PERCEPTUAL_HASH, DatasetSchema.MEAN_COLOUR)));
        Row fullest = banded.agg(max(RANK)).head();
        if (fullest.isNullAt(0)) {
            return NONE;
        }
        // One row for each picture that looks like others, however many.
        Dataset<Row> alike = pairs(banded.filter(col(RANK).leq(MOST_IN_A_BAND)))
                .groupBy("split", "likeSplit", "hash", "colour")
                .agg(
                        max(COPIES).as(COPIES),
                        min("path").as("path"),
                        min("likePath").as("likePath"))
                .persist(StorageLevel.DISK_ONLY());
        try {
            Map<String, Long> pictures = new TreeMap<>();
            alike.groupBy("split", "likeSplit")
                    .sum(COPIES)
                    .collectAsList()
                    .forEach(row -> pictures.put(row.getString(0) + " like " + row.getString(1), row.getLong(2)));
            List<String> examples =
                    alike
                            .select("path", "likePath")
                            .orderBy("path", "likePath")
                            .limit(EXAMPLES)
                            .collectAsList()
                            .stream()
                            .map(row -> row.getString(0) + " like " + row.getString(1))
                            .toList();
            return new NearDuplicates(pictures, examples, fullest.getInt(0) <= MOST_IN_A_BAND);
        } finally {
            alike.unpersist();
        }
    }

    private static Column bands() {
        return array(IntStream.range(0, 4)
                .mapToObj(band -> expr("cast(" + band + " * 65536L + (shiftrightunsigned("
                        + DatasetSchema.PERCEPTUAL_HASH + ", " + 16 * band + ") & 65535L) as int)"))
                .toArray(Column[]::new));
    }

    /** Returns each pair at least once, a held-out picture first. */
    private static Dataset<Row> pairs(Dataset<Row> banded) {
        Dataset<Row> left = banded.select(
                col(BAND),
                order(col(DatasetSchema.SPLIT)).as("order"),
                col(DatasetSchema.SPLIT).as("split"),
                col(DatasetSchema.PERCEPTUAL_HASH).as("hash"),
                col(DatasetSchema.MEAN_COLOUR).as("colour"),
                col(COPIES),
                col(DatasetSchema.PATH).as("path"));
        Dataset<Row> right = banded.select(
                col(BAND),
                order(col(DatasetSchema.SPLIT)).as("likeOrder"),
                col(DatasetSchema.SPLIT).as("likeSplit"),
                col(DatasetSchema.PERCEPTUAL_HASH).as("likeHash"),
                col(DatasetSchema.MEAN_COLOUR).as("likeColour"),
                col(DatasetSchema.PATH).as("likePath"));
        FilterFunction<Row> near = row -> new PerceptualHash(row.getAs("hash"), row.getAs("colour"))
                .isNear(new PerceptualHash(row.getAs("likeHash"), row.getAs("likeColour")));
        return left.join(right, FileOutcomes.ofNames(BAND))
                .filter(col("order").gt(col("likeOrder")))
                .filter(expr("bit_count(hash ^ likeHash) <= " + PerceptualHash.MOST_BITS))
                .filter(near);
    }

    private static Column order(Column split) {
        return udf((UDF1<String, Integer>) Split.KEYS::indexOf, DataTypes.IntegerType)
                .apply(split);
    }
}
