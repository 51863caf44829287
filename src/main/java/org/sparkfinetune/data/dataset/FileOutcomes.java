package org.sparkfinetune.data.dataset;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.sparkfinetune.data.format.ErrorClass;

/**
 * The outcome of every file, decided from narrow columns, never from the pictures. Of byte-identical files, the one
 * with the smallest path is kept; in a collection that is split already, one in the test split comes first, then
 * validation, then train. Of identical files with different labels none is used, because nobody knows which label is
 * right.
 */
public final class FileOutcomes {
    /** Outcome of a picture that is in the dataset. */
    public static final String KEPT = "KEPT";
    /** Outcome of a file whose bytes are in the dataset already. */
    public static final String DUPLICATE = "DUPLICATE";
    /** Outcome of a file whose bytes have several labels. */
    public static final String CONFLICT = ErrorClass.LABEL_CONFLICT.name();

    private static final String KNOWN_LABEL = "knownLabel";
    /** The label of pictures whose label was in conflict in an earlier run. */
    private static final int IN_DOUBT = -1;

    private FileOutcomes() {}

    /**
     * Returns the rows of {@link DatasetSchema#CHECKED} without the pictures, and {@link DatasetSchema#OUTCOME}.
     *
     * @param checked rows of the files of this run
     * @param known rows of {@link DatasetSchema#LEDGER} of earlier runs
     */
    public static Dataset<Row> of(Dataset<Row> checked, Optional<Dataset<Row>> known) {
        Dataset<Row> narrow = checked.drop(DatasetSchema.IMAGE, DatasetSchema.WIDTH, DatasetSchema.HEIGHT);
        Dataset<Row> rejected = narrow.filter(col(DatasetSchema.ERROR_CLASS).isNotNull())
                .withColumn(DatasetSchema.OUTCOME, col(DatasetSchema.ERROR_CLASS));
        Dataset<Row> readable = narrow.filter(col(DatasetSchema.ERROR_CLASS).isNull());
        Dataset<Row> withKnown = known.map(
                        ledger -> readable.join(knownLabels(ledger), ofNames(DatasetSchema.SHA256), "left"))
                .orElseGet(() -> readable.withColumn(KNOWN_LABEL, lit(null).cast("int")));
        Dataset<Row> decided =
                withKnown.withColumn(DatasetSchema.OUTCOME, outcome()).drop(KNOWN_LABEL);
        return decided.unionByName(rejected);
    }

    /**
     * Returns rows of {@link DatasetSchema#REJECTS}: files that are not pictures, and files whose label is in conflict.
     */
    public static Dataset<Row> rejects(Dataset<Row> outcomes) {
        return outcomes.filter(col(DatasetSchema.ERROR_CLASS)
                        .isNotNull()
                        .or(col(DatasetSchema.OUTCOME).equalTo(CONFLICT)))
                .select(
                        col(DatasetSchema.PATH),
                        coalesce(
                                        col(DatasetSchema.ERROR),
                                        concat(
                                                lit("the same bytes have another label elsewhere; here it is "),
                                                col(DatasetSchema.LABEL_NAME)))
                                .as(DatasetSchema.ERROR),
                        col(DatasetSchema.OUTCOME).as(DatasetSchema.ERROR_CLASS),
                        when(col(DatasetSchema.LENGTH).geq(0), col(DatasetSchema.LENGTH))
                                .as(DatasetSchema.LENGTH),
                        col(DatasetSchema.SHA256))
                .repartition(1)
                .sortWithinPartitions(DatasetSchema.PATH);
    }

    private static Column outcome() {
        WindowSpec copies = Window.partitionBy(DatasetSchema.SHA256);
        Column given = col(DatasetSchema.GIVEN_SPLIT);
        Column heldOutFirst = when(given.equalTo(Split.TEST.key()), 0)
                .when(given.equalTo(Split.VALIDATION.key()), 1)
                .otherwise(2);
        WindowSpec ordered = copies.orderBy(heldOutFirst, col(DatasetSchema.PATH), col(DatasetSchema.ID));
        Column label = col(DatasetSchema.LABEL);
        return when(min(label).over(copies).notEqual(max(label).over(copies)), CONFLICT)
                .when(col(KNOWN_LABEL).notEqual(label), CONFLICT)
                .when(col(KNOWN_LABEL).isNotNull(), DUPLICATE)
                .when(row_number().over(ordered).gt(1), DUPLICATE)
                .otherwise(KEPT);
    }

    private static Dataset<Row> knownLabels(Dataset<Row> ledger) {
        Column known = when(col(DatasetSchema.OUTCOME).equalTo(KEPT), col(DatasetSchema.LABEL))
                .otherwise(IN_DOUBT);
        return ledger.filter(col(DatasetSchema.OUTCOME).isin(KEPT, CONFLICT))
                .groupBy(DatasetSchema.SHA256)
                .agg(max(known).as(KNOWN_LABEL));
    }

    static scala.collection.immutable.Seq<String> ofNames(String... names) {
        return scala.collection.JavaConverters.asScalaIteratorConverter(
                        Stream.of(names).iterator())
                .asScala()
                .toList();
    }
}
