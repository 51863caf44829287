package org.sparkfinetune.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.data.dataset.DatasetDescription.Totals;
import org.sparkfinetune.testing.CheckedRows;

@Tag("spark")
class FileOutcomesTest {
    @Test
    void ofCopiesTheSmallestPathIsKeptAndConflictsAreNotUsed() {
        Dataset<Row> outcomes = FileOutcomes.of(
                CheckedRows.table(
                        List.of(
                                CheckedRows.picture("b", 0, "x", null, null),
                                CheckedRows.picture("a", 0, "x", null, null),
                                CheckedRows.picture("c", 1, "y", null, null),
                                CheckedRows.picture("d", 0, "y", null, null),
                                CheckedRows.picture("e", 0, "z", null, null),
                                CheckedRows.rejected("f")),
                        2),
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
                        CheckedRows.table(
                                List.of(
                                        CheckedRows.picture("a", 0, "x", null, null),
                                        CheckedRows.picture("b", 0, "y", null, null),
                                        CheckedRows.picture("c", 1, "y", null, null)),
                                2),
                        Optional.empty())
                .withColumn(DatasetSchema.SPLIT, org.apache.spark.sql.functions.lit("train"));
        Dataset<Row> outcomes = FileOutcomes.of(
                CheckedRows.table(
                        List.of(
                                CheckedRows.picture("k", 0, "x", null, null),
                                CheckedRows.picture("l", 1, "x", null, null),
                                CheckedRows.picture("m", 1, "y", null, null),
                                CheckedRows.picture("n", 0, "new", null, null)),
                        2),
                Optional.of(Ledger.of(known).rows()));
        // l contradicts k, which lies in the same addition: neither is used, though k would be a mere copy.
        assertThat(texts(outcomes))
                .containsExactly("k LABEL_CONFLICT", "l LABEL_CONFLICT", "m LABEL_CONFLICT", "n KEPT");
        assertThat(texts(FileOutcomes.of(
                        CheckedRows.table(List.of(CheckedRows.picture("k", 0, "x", null, null)), 2),
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
}
