package org.sparkfinetune.data.dataset;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.udf;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.sparkfinetune.data.dataset.SplitPlan.Boundaries;

/**
 * Assigns pictures to splits, class by class. Where the collection has groups, it assigns groups of pictures; a group
 * belongs to the class of most of its pictures. Pictures that have a split already, from the collection or an earlier
 * run, keep it.
 *
 * @param seed seed of the order
 * @param fractions wanted fractions of the splits
 * @param by way of assignment
 */
public record SplitAssignment(long seed, SplitFractions fractions, SplitBy by) {
    private static final String RANK = "rank";
    private static final String PICTURES = "pictures";
    private static final BigDecimal KEYS = new BigDecimal(BigInteger.ONE.shiftLeft(256));

    /**
     * Plans the splits of pictures without a group.
     *
     * @param outcomes result of {@link FileOutcomes#of}
     * @param there label to the numbers of pictures in train, validation and test from earlier runs
     */
    public SplitPlan ofPictures(Dataset<Row> outcomes, Map<Integer, List<Long>> there) {
        Dataset<Row> units = withoutSplit(outcomes)
                .filter(col(DatasetSchema.GROUP).isNull())
                .select(
                        col(DatasetSchema.LABEL),
                        SplitPlan.orderKey(seed, DatasetSchema.SHA256).as(DatasetSchema.ORDER_KEY));
        return plan(units, there);
    }

    /**
     * Returns each new group with its split: columns {@link DatasetSchema#GROUP} and {@link DatasetSchema#SPLIT}.
     *
     * @param known groups with splits from earlier runs, in the same columns
     */
    public Dataset<Row> ofGroups(Dataset<Row> outcomes, Optional<Dataset<Row>> known) {
        Column mostPictures = col(PICTURES).desc();
        Dataset<Row> groups = withoutSplit(outcomes)
                .filter(col(DatasetSchema.GROUP).isNotNull())
                .groupBy(DatasetSchema.GROUP, DatasetSchema.LABEL)
                .agg(count(lit(1)).as(PICTURES))
                .withColumn(
                        RANK,
                        row_number()
                                .over(Window.partitionBy(DatasetSchema.GROUP)
                                        .orderBy(mostPictures, col(DatasetSchema.LABEL))))
                .filter(col(RANK).equalTo(1))
                .select(
                        col(DatasetSchema.GROUP),
                        col(DatasetSchema.LABEL),
                        SplitPlan.orderKey(seed, DatasetSchema.GROUP).as(DatasetSchema.ORDER_KEY));
        Dataset<Row> units = known.map(
                        ofKnown -> groups.join(ofKnown, FileOutcomes.ofNames(DatasetSchema.GROUP), "left_anti"))
                .orElse(groups);
        SplitPlan plan = plan(units, Map.of());
        return units.select(
                col(DatasetSchema.GROUP),
                udf((UDF2<Integer, String, String>) plan::splitOf, DataTypes.StringType)
                        .apply(col(DatasetSchema.LABEL), col(DatasetSchema.ORDER_KEY))
                        .as(DatasetSchema.SPLIT));
    }

    /**
     * Returns the rows with {@link DatasetSchema#ORDER_KEY} and {@link DatasetSchema#SPLIT}.
     *
     * @param kept pictures, with or without their bytes
     * @param groups group to split, with a hint for the join
     */
    public Dataset<Row> assign(Dataset<Row> kept, Broadcast<SplitPlan> plan, Optional<Dataset<Row>> groups) {
        String ofGroup = "splitOfGroup";
        Dataset<Row> withGroups = groups.map(table -> kept.join(
                        table.withColumnRenamed(DatasetSchema.SPLIT, ofGroup),
                        FileOutcomes.ofNames(DatasetSchema.GROUP),
                        "left"))
                .orElseGet(() -> kept.withColumn(ofGroup, lit(null).cast("string")));
        Column assigned = udf(
                        (UDF2<Integer, String, String>)
                                (label, key) -> plan.value().splitOf(label, key),
                        DataTypes.StringType)
                .apply(col(DatasetSchema.LABEL), col(DatasetSchema.ORDER_KEY));
        return withGroups
                .withColumn(DatasetSchema.ORDER_KEY, SplitPlan.orderKey(seed, DatasetSchema.SHA256))
                .withColumn(DatasetSchema.SPLIT, coalesce(col(DatasetSchema.GIVEN_SPLIT), col(ofGroup), assigned))
                .drop(ofGroup);
    }

    private static Dataset<Row> withoutSplit(Dataset<Row> outcomes) {
        return outcomes.filter(col(DatasetSchema.OUTCOME).equalTo(FileOutcomes.KEPT))
                .filter(col(DatasetSchema.GIVEN_SPLIT).isNull());
    }

    private SplitPlan plan(Dataset<Row> units, Map<Integer, List<Long>> there) {
        Map<Integer, List<Long>> counts = new HashMap<>();
        units.groupBy(DatasetSchema.LABEL)
                .count()
                .collectAsList()
                .forEach(row -> counts.put(
                        row.getInt(0),
                        fractions.added(there.getOrDefault(row.getInt(0), List.of(0L, 0L, 0L)), row.getLong(1))));
        return by == SplitBy.HASH ? byHash(counts) : byRank(units, counts);
    }

    /** The keys are uniform, so the boundary of a fraction is at that fraction of their range. */
    private SplitPlan byHash(Map<Integer, List<Long>> counts) {
        Boundaries same = new Boundaries(
                fractions.validation() > 0 ? keyAt(fractions.train()) : null,
                fractions.test() > 0 ? keyAt(1 - fractions.test()) : null);
        Map<Integer, Boundaries> boundaries = new HashMap<>();
        counts.keySet().forEach(label -> boundaries.put(label, same));
        return new SplitPlan(boundaries);
    }

    private static String keyAt(double fraction) {
        BigInteger key = new BigDecimal(fraction).multiply(KEYS).toBigInteger();
        return String.format("%064x", key.min(KEYS.toBigInteger().subtract(BigInteger.ONE)));
    }

    /** Finds the exact keys at which the splits of each class begin, by ranking the class. */
    private static SplitPlan byRank(Dataset<Row> units, Map<Integer, List<Long>> counts) {
        Map<Integer, List<Long>> wanted = new HashMap<>(counts);
        List<Row> found = units.withColumn(
                        RANK,
                        row_number()
                                .over(Window.partitionBy(DatasetSchema.LABEL).orderBy(DatasetSchema.ORDER_KEY)))
                .select(col(DatasetSchema.LABEL), col(RANK).cast("long").minus(1), col(DatasetSchema.ORDER_KEY))
                .toJavaRDD()
                .filter(row -> isBoundary(wanted.get(row.getInt(0)), row.getLong(1)))
                .collect();
        Map<Integer, Boundaries> boundaries = new HashMap<>();
        counts.keySet().forEach(label -> boundaries.put(label, new Boundaries(null, null)));
        for (Row row : found) {
            boundaries.computeIfPresent(
                    row.getInt(0), (label, known) -> with(known, wanted.get(label), row.getLong(1), row.getString(2)));
        }
        return new SplitPlan(boundaries);
    }

    private static boolean isBoundary(List<Long> counts, long rank) {
        return rank == counts.get(0) || rank == counts.get(0) + counts.get(1);
    }

    private static Boundaries with(Boundaries known, List<Long> counts, long rank, String key) {
        boolean validation = rank == counts.get(0) && counts.get(1) > 0;
        boolean test = rank == counts.get(0) + counts.get(1) && counts.get(2) > 0;
        return new Boundaries(validation ? key : known.validationFrom(), test ? key : known.testFrom());
    }
}
