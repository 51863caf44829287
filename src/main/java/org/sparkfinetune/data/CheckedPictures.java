package org.sparkfinetune.data;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.sum;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.sparkfinetune.data.SplitPlan.Boundaries;

/**
 * What the fused task wrote, and the questions asked of it before the dataset is made. Every question reads the narrow columns
 * only, never the pictures. Byte-identical files are one picture; when they lie in different classes nobody knows which is
 * right, and none of them is used.
 */
public final class CheckedPictures {
    private static final String COPIES = "copies";
    private static final String OTHER_LABEL = "otherLabel";
    private static final String RANK = "rank";
    private static final String ORDER_KEY = "orderKey";

    private final Dataset<Row> checked;

    /** @param checked rows of {@link DatasetSchema#CHECKED}, from files */
    public CheckedPictures(Dataset<Row> checked) {
        this.checked = checked;
    }

    /**
     * What is known of one class after duplicates are dropped.
     *
     * @param pictures different ones
     * @param bytes stored
     * @param duplicates files dropped because another one is equal
     */
    public record LabelTotals(long pictures, long bytes, long duplicates) {}

    /** Rejected files, error class to count, sorted by name. */
    public Map<String, Long> rejectedByClass() {
        Map<String, Long> counts = new TreeMap<>();
        checked.filter(col(DatasetSchema.ERROR_CLASS).isNotNull())
                .groupBy(DatasetSchema.ERROR_CLASS)
                .count()
                .collectAsList()
                .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
        return counts;
    }

    /** Rows of {@link DatasetSchema#REJECTS}: rejected files, and those whose label is in conflict. */
    public Dataset<Row> rejects(Set<String> conflicts) {
        Dataset<Row> rejected = checked.filter(col(DatasetSchema.ERROR_CLASS).isNotNull());
        Dataset<Row> conflicting = checked.filter(col(DatasetSchema.ERROR_CLASS).isNull())
                .filter(col(DatasetSchema.SHA256).isin(conflicts.toArray()))
                .withColumn(DatasetSchema.ERROR, lit("the same bytes lie in folders of different classes"))
                .withColumn(DatasetSchema.ERROR_CLASS, lit(ErrorClass.LABEL_CONFLICT.name()));
        return columns(rejected).union(columns(conflicting)).repartition(1).sortWithinPartitions(DatasetSchema.PATH);
    }

    /** SHA-256 of every picture that lies in more than one class. */
    public Set<String> conflicts() {
        Set<String> conflicts = new HashSet<>();
        groups().filter(col(DatasetSchema.LABEL).notEqual(col(OTHER_LABEL)))
                .select(DatasetSchema.SHA256)
                .collectAsList()
                .forEach(row -> conflicts.add(row.getString(0)));
        return conflicts;
    }

    /** Label to its totals; a class without a usable picture is absent. */
    public Map<Integer, LabelTotals> totals() {
        Map<Integer, LabelTotals> totals = new TreeMap<>();
        different()
                .groupBy(DatasetSchema.LABEL)
                .agg(
                        count(lit(1)),
                        sum(DatasetSchema.STORED_BYTES),
                        sum(col(COPIES).minus(1)))
                .collectAsList()
                .forEach(row ->
                        totals.put(row.getInt(0), new LabelTotals(row.getLong(1), row.getLong(2), row.getLong(3))));
        return totals;
    }

    /** Changes when a picture is added to a class or taken from it; does not depend on names or order. */
    public String contentHash() {
        long hash = different()
                .agg(expr("bit_xor(xxhash64(" + DatasetSchema.SHA256 + ", " + DatasetSchema.LABEL + "))"))
                .head()
                .getLong(0);
        return String.format("%016x", hash);
    }

    /**
     * Finds the keys at which the splits of each class begin, exactly, by ranking the class.
     *
     * @param counts label to pictures for train, validation and test
     */
    public SplitPlan plan(long seed, Map<Integer, List<Long>> counts) {
        Map<Integer, List<Long>> wanted = new HashMap<>(counts);
        List<Row> found = different()
                .withColumn(ORDER_KEY, sha2(concat(lit(seed + ":"), col(DatasetSchema.SHA256)), 256))
                .withColumn(
                        RANK,
                        row_number()
                                .over(Window.partitionBy(DatasetSchema.LABEL).orderBy(ORDER_KEY)))
                .select(col(DatasetSchema.LABEL), col(RANK).cast("long").minus(1), col(ORDER_KEY))
                .toJavaRDD()
                .filter(row -> isBoundary(wanted.get(row.getInt(0)), row.getLong(1)))
                .collect();
        Map<Integer, Boundaries> boundaries = new HashMap<>();
        counts.keySet().forEach(label -> boundaries.put(label, new Boundaries(null, null)));
        for (Row row : found) {
            boundaries.computeIfPresent(
                    row.getInt(0), (label, known) -> with(known, wanted.get(label), row.getLong(1), row.getString(2)));
        }
        return new SplitPlan(seed, boundaries);
    }

    private static boolean isBoundary(List<Long> counts, long rank) {
        return rank == counts.get(0) || rank == counts.get(0) + counts.get(1);
    }

    private static Boundaries with(Boundaries known, List<Long> counts, long rank, String key) {
        boolean validation = rank == counts.get(0) && counts.get(1) > 0;
        boolean test = rank == counts.get(0) + counts.get(1) && counts.get(2) > 0;
        return new Boundaries(validation ? key : known.validationFrom(), test ? key : known.testFrom());
    }

    private Dataset<Row> different() {
        return groups().filter(col(DatasetSchema.LABEL).equalTo(col(OTHER_LABEL)));
    }

    private Dataset<Row> groups() {
        return checked.filter(col(DatasetSchema.ERROR_CLASS).isNull())
                .groupBy(DatasetSchema.SHA256)
                .agg(
                        min(DatasetSchema.LABEL).as(DatasetSchema.LABEL),
                        max(DatasetSchema.LABEL).as(OTHER_LABEL),
                        count(lit(1)).as(COPIES),
                        max(DatasetSchema.STORED_BYTES).as(DatasetSchema.STORED_BYTES));
    }

    private static Dataset<Row> columns(Dataset<Row> rows) {
        return rows.select(
                DatasetSchema.PATH,
                DatasetSchema.ERROR,
                DatasetSchema.ERROR_CLASS,
                DatasetSchema.LENGTH,
                DatasetSchema.SHA256);
    }
}
