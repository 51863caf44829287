package org.sparkfinetune.data.dataset;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkfinetune.data.dataset.DatasetDescription.Totals;

/**
 * The outcome of every file of a dataset, and questions about it. Only counts come to the driver.
 *
 * @param rows rows of {@link DatasetSchema#LEDGER}
 */
public record Ledger(Dataset<Row> rows) {
    /** Returns the ledger of files that were checked and assigned to splits. */
    public static Ledger of(Dataset<Row> outcomesWithSplits) {
        Column[] columns = List.of(DatasetSchema.LEDGER.fieldNames()).stream()
                .map(name -> col(name))
                .toArray(Column[]::new);
        return new Ledger(outcomesWithSplits.select(columns));
    }

    /** Returns the rows of both. */
    public Ledger with(Ledger added) {
        return new Ledger(rows.unionByName(added.rows));
    }

    /** Returns the pictures that are in the dataset. */
    public Dataset<Row> kept() {
        return rows.filter(col(DatasetSchema.OUTCOME).equalTo(FileOutcomes.KEPT));
    }

    /** Returns the names of the labels, by label. */
    public List<String> labelNames() {
        return rows
                .filter(col(DatasetSchema.LABEL).isNotNull())
                .select(DatasetSchema.LABEL, DatasetSchema.LABEL_NAME)
                .distinct()
                .orderBy(DatasetSchema.LABEL)
                .collectAsList()
                .stream()
                .map(row -> row.getString(1))
                .toList();
    }

    /** Returns label to the numbers of pictures in train, validation and test. */
    public Map<Integer, List<Long>> perLabel() {
        Map<Integer, List<Long>> counts = new TreeMap<>();
        kept().groupBy(DatasetSchema.LABEL, DatasetSchema.SPLIT)
                .count()
                .collectAsList()
                .forEach(row -> counts.computeIfAbsent(row.getInt(0), label -> new ArrayList<>(List.of(0L, 0L, 0L)))
                        .set(Split.of(row.getString(1)).ordinal(), row.getLong(2)));
        return counts;
    }

    /** Returns split to label name to pictures, as in the description; empty splits are absent. */
    public Map<String, Map<String, Long>> perSplit(List<String> labelNames) {
        Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
        Map<Integer, List<Long>> perLabel = perLabel();
        for (int split = 0; split < Split.KEYS.size(); split++) {
            for (Map.Entry<Integer, List<Long>> ofLabel : perLabel.entrySet()) {
                if (ofLabel.getValue().get(split) > 0) {
                    counts.computeIfAbsent(Split.KEYS.get(split), name -> new LinkedHashMap<>())
                            .put(
                                    labelNames.get(ofLabel.getKey()),
                                    ofLabel.getValue().get(split));
                }
            }
        }
        return counts;
    }

    /** Returns outcome to files, for rows that have {@link DatasetSchema#OUTCOME}. */
    public static Map<String, Long> perOutcome(Dataset<Row> rows) {
        Map<String, Long> counts = new TreeMap<>();
        rows.groupBy(DatasetSchema.OUTCOME)
                .count()
                .collectAsList()
                .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
        return counts;
    }

    /** Returns the outcomes other than kept, duplicate and conflict. */
    public static Map<String, Long> rejectedOf(Map<String, Long> perOutcome) {
        Map<String, Long> rejected = new TreeMap<>(perOutcome);
        rejected.keySet().removeAll(List.of(FileOutcomes.KEPT, FileOutcomes.DUPLICATE, FileOutcomes.CONFLICT));
        return rejected;
    }

    /** Returns the totals of all outcomes. */
    public static Totals totalsOf(Map<String, Long> perOutcome) {
        return new Totals(
                sum(perOutcome),
                perOutcome.getOrDefault(FileOutcomes.KEPT, 0L),
                perOutcome.getOrDefault(FileOutcomes.DUPLICATE, 0L),
                perOutcome.getOrDefault(FileOutcomes.CONFLICT, 0L),
                sum(rejectedOf(perOutcome)));
    }

    /**
     * Returns a text that changes when a picture is added to a class or a split or removed; independent of names and
     * order.
     */
    public String contentHash() {
        Row hash = kept().agg(expr("bit_xor(xxhash64(" + DatasetSchema.SHA256 + ", " + DatasetSchema.LABEL + ", "
                        + DatasetSchema.SPLIT + "))"))
                .head();
        return String.format("%016x", hash.isNullAt(0) ? 0L : hash.getLong(0));
    }

    /** Returns the number of different pictures that the collection has in more than one split. */
    public long inSeveralSplits() {
        return rows.filter(col(DatasetSchema.OUTCOME).isin(FileOutcomes.KEPT, FileOutcomes.DUPLICATE))
                .groupBy(DatasetSchema.SHA256)
                .agg(
                        min(DatasetSchema.GIVEN_SPLIT).as("first"),
                        max(DatasetSchema.GIVEN_SPLIT).as("last"))
                .filter(col("first").notEqual(col("last")))
                .count();
    }

    /** Returns each group with the split of its pictures. */
    public Dataset<Row> groups() {
        return kept().filter(col(DatasetSchema.GROUP).isNotNull())
                .filter(col(DatasetSchema.GIVEN_SPLIT).isNull())
                .groupBy(DatasetSchema.GROUP)
                .agg(min(DatasetSchema.SPLIT).as(DatasetSchema.SPLIT));
    }

    /**
     * The differences between a listing and the files of this ledger.
     *
     * @param added files that are new
     * @param gone files that are not listed any more
     * @param changed files with new content or tags
     */
    public record Changes(long added, long gone, long changed) {}

    /** @param listing rows with the columns path, length, version, labelName, givenSplit, group */
    public Changes changes(Dataset<Row> listing) {
        Dataset<Row> known = identities(rows).withColumn("known", lit(1));
        Dataset<Row> now = identities(listing).withColumn("now", lit(1));
        Row counts = known.join(now, FileOutcomes.ofNames(DatasetSchema.PATH, "identity"), "full_outer")
                .groupBy(DatasetSchema.PATH)
                .agg(
                        max(col("known").isNotNull()).as("wasThere"),
                        max(col("now").isNotNull()).as("isThere"),
                        max(col("known").isNull().or(col("now").isNull())).as("differs"))
                .agg(
                        expr("count_if(not wasThere)"),
                        expr("count_if(not isThere)"),
                        expr("count_if(wasThere and isThere and differs)"))
                .head();
        return new Changes(counts.getLong(0), counts.getLong(1), counts.getLong(2));
    }

    private static Dataset<Row> identities(Dataset<Row> files) {
        return files.select(
                        col(DatasetSchema.PATH),
                        expr("concat_ws('\\n', " + DatasetSchema.LENGTH + ", " + DatasetSchema.VERSION + ", "
                                        + "ifnull(" + DatasetSchema.LABEL_NAME + ", '\\t'), ifnull("
                                        + DatasetSchema.GIVEN_SPLIT + ", '\\t'), ifnull(" + DatasetSchema.GROUP
                                        + ", '\\t'))")
                                .as("identity"))
                .distinct();
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Objects::requireNonNull).sum();
    }
}
