package org.sparkfinetune.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.data.DatasetDescription.Totals;
import org.sparkfinetune.testing.LocalSpark;

@Tag("spark")
class FileOutcomesTest {
    private static final StructType CHECKED = DatasetSchema.CHECKED.add(DatasetSchema.ID, DataTypes.LongType);

    @Test
    void ofCopiesTheSmallestPathIsKeptAndConflictsAreNotUsed() {
        Dataset<Row> outcomes = FileOutcomes.of(
                dataset(List.of(
                        picture("b", 0, "x"),
                        picture("a", 0, "x"),
                        picture("c", 1, "y"),
                        picture("d", 0, "y"),
                        picture("e", 0, "z"),
                        rejected("f"))),
                Optional.empty());
        assertThat(texts(outcomes))
                .containsExactly("a KEPT", "b DUPLICATE", "c LABEL_CONFLICT", "d LABEL_CONFLICT", "e KEPT", "f EMPTY");
        Map<String, Long> counts = Ledger.perOutcome(outcomes);
        assertThat(Ledger.totalsOf(counts)).isEqualTo(new Totals(6, 2, 1, 2, 1));
        assertThat(Ledger.rejectedOf(counts)).isEqualTo(Map.of("EMPTY", 1L));
        assertThat(FileOutcomes.rejects(outcomes).collectAsList())
                .extracting(row -> row.getString(0) + ": " + row.getString(1))
                .containsExactly(
                        "c: the same bytes have another label elsewhere; here it is class1",
                        "d: the same bytes have another label elsewhere; here it is class0",
                        "f: the file is empty");
    }

    @Test
    void whatIsInTheDatasetStaysAndItsCopiesAreNotAddedAgain() {
        Dataset<Row> known = FileOutcomes.of(
                        dataset(List.of(picture("a", 0, "x"), picture("b", 0, "y"), picture("c", 1, "y"))),
                        Optional.empty())
                .withColumn(DatasetSchema.SPLIT, org.apache.spark.sql.functions.lit("train"));
        Dataset<Row> outcomes = FileOutcomes.of(
                dataset(List.of(
                        picture("k", 0, "x"), picture("l", 1, "x"), picture("m", 1, "y"), picture("n", 0, "new"))),
                Optional.of(Ledger.of(known).rows()));
        // l contradicts k, which lies in the same addition: neither is used, though k would be a mere copy.
        assertThat(texts(outcomes))
                .containsExactly("k LABEL_CONFLICT", "l LABEL_CONFLICT", "m LABEL_CONFLICT", "n KEPT");
        assertThat(texts(FileOutcomes.of(
                        dataset(List.of(picture("k", 0, "x"))),
                        Optional.of(Ledger.of(known).rows()))))
                .containsExactly("k DUPLICATE");
    }

    private static List<String> texts(Dataset<Row> outcomes) {
        return outcomes
                .sort(DatasetSchema.PATH)
                .select(DatasetSchema.PATH, DatasetSchema.OUTCOME)
                .collectAsList()
                .stream()
                .map(row -> row.getString(0) + " " + row.getString(1))
                .toList();
    }

    private static Row picture(String path, int label, String sha256) {
        return RowFactory.create(
                path,
                new byte[10],
                4,
                3,
                label,
                "class" + label,
                sha256,
                10L,
                10L,
                0L,
                null,
                null,
                0L,
                0,
                null,
                null,
                (long) path.hashCode());
    }

    private static Row rejected(String path) {
        return RowFactory.create(
                path,
                null,
                null,
                null,
                1,
                "class1",
                null,
                null,
                0L,
                0L,
                null,
                null,
                null,
                null,
                "the file is empty",
                "EMPTY",
                -1L);
    }

    private static Dataset<Row> dataset(List<Row> rows) {
        return LocalSpark.session()
                .createDataFrame(LocalSpark.context().parallelize(new ArrayList<>(rows), 2), CHECKED);
    }
}
