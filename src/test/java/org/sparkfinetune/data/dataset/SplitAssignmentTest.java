package org.sparkfinetune.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.testing.CheckedRows;
import org.sparkfinetune.testing.LocalSpark;

@Tag("spark")
class SplitAssignmentTest {
    private static final SplitFractions FRACTIONS = new SplitFractions(0.6, 0.2, 0.2);

    @Test
    void splitsDependOnSeedAndBytesOnlyNotOnPartitionsOrOrder() {
        List<Row> rows = rows();
        List<List<String>> expected = deal(rows, 1, 42);
        for (int partitions : new int[] {2, 5}) {
            List<Row> shuffled = new ArrayList<>(rows);
            Collections.shuffle(shuffled, new Random(partitions));
            assertThat(deal(shuffled, partitions, 42)).isEqualTo(expected);
        }
        assertThat(deal(rows, 1, 43)).isNotEqualTo(expected);
    }

    @Test
    void everyPictureIsInExactlyOneSplitAndClassesAreStratified() {
        List<List<String>> dealt = deal(rows(), 3, 42);
        // 60 and 30 different pictures; train has three files, validation one, test two.
        assertThat(dealt.subList(0, 3).stream().flatMap(List::stream).toList()).hasSize(36 + 18);
        assertThat(dealt.get(3)).hasSize(12 + 6);
        assertThat(dealt.subList(4, 6).stream().flatMap(List::stream).toList()).hasSize(12 + 6);
        Set<String> all = new HashSet<>(dealt.stream().flatMap(List::stream).toList());
        assertThat(all).hasSize(90);
        assertThat(dealt.get(3).stream().filter(path -> path.startsWith("0/"))).hasSize(12);
    }

    @Test
    void splitsByHashAreThoseOfAnyOtherDataset() {
        SplitAssignment dealing = new SplitAssignment(42, FRACTIONS, SplitBy.HASH);
        Map<String, String> all = splits(dealing, rows(), Map.of());
        Map<String, String> some = splits(dealing, rows().subList(0, 40), Map.of());
        assertThat(all).containsAllEntriesOf(some);
        assertThat(all.values().stream().filter("train"::equals)).hasSizeBetween(42, 66);
        assertThat(new HashSet<>(all.values())).hasSize(3);
    }

    @Test
    void newPicturesAreDealtSoThatTheWholeClassIsExact() {
        SplitAssignment dealing = new SplitAssignment(42, FRACTIONS, SplitBy.RANK);
        // The class has 40 pictures, five too few of them in validation; 60 come.
        Map<String, String> added = splits(dealing, rows().subList(0, 60), Map.of(0, List.of(29L, 3L, 8L)));
        assertThat(Collections.frequency(added.values(), "train")).isEqualTo(31);
        assertThat(Collections.frequency(added.values(), "validation")).isEqualTo(17);
        assertThat(Collections.frequency(added.values(), "test")).isEqualTo(12);
    }

    @Test
    void aGroupIsOnOneSideAndKeepsIt() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            rows.add(CheckedRows.picture("p" + i, i % 2, Sha256.of("p" + i), "patient " + i / 2 % 20, null));
        }
        SplitAssignment dealing = new SplitAssignment(42, FRACTIONS, SplitBy.RANK);
        Dataset<Row> outcomes = FileOutcomes.of(CheckedRows.table(rows, 3), Optional.empty());
        Map<String, String> groups = new HashMap<>();
        dealing.ofGroups(outcomes, Optional.empty())
                .collectAsList()
                .forEach(row -> groups.put(row.getString(0), row.getString(1)));
        assertThat(groups).hasSize(20);
        assertThat(Collections.frequency(groups.values(), "train")).isEqualTo(12);
        assertThat(Collections.frequency(groups.values(), "validation")).isEqualTo(4);

        Dataset<Row> known = dealing.ofGroups(outcomes, Optional.empty()).filter("split = 'train'");
        assertThat(dealing.ofGroups(outcomes, Optional.of(known)).count()).isEqualTo(8);
        Map<String, Set<String>> perGroup = new HashMap<>();
        Dataset<Row> all = dealing.ofGroups(outcomes, Optional.empty());
        dealing.assign(
                        outcomes,
                        LocalSpark.context().broadcast(dealing.ofPictures(outcomes, Map.of())),
                        Optional.of(all))
                .select("group", "split")
                .collectAsList()
                .forEach(row -> perGroup.computeIfAbsent(row.getString(0), group -> new HashSet<>())
                        .add(row.getString(1)));
        assertThat(perGroup.values())
                .hasSize(20)
                .allSatisfy(splits -> assertThat(splits).hasSize(1).doesNotContainNull());
    }

    @Test
    void aSplitThatTheCollectionGivesIsKeptAndCopiesGoToTheOneHeldOut() {
        List<Row> rows = new ArrayList<>(List.of(
                CheckedRows.picture("a", 0, Sha256.of("x"), null, "train"),
                CheckedRows.picture("b", 0, Sha256.of("x"), null, "test"),
                CheckedRows.picture("c", 0, Sha256.of("x"), null, "validation"),
                CheckedRows.picture("d", 0, Sha256.of("y"), null, "validation")));
        Dataset<Row> outcomes = FileOutcomes.of(CheckedRows.table(rows, 2), Optional.empty());
        assertThat(outcomes.sort("path").select("path", "outcome").collectAsList())
                .extracting(row -> row.getString(0) + " " + row.getString(1))
                .containsExactly("a DUPLICATE", "b KEPT", "c DUPLICATE", "d KEPT");
        assertThat(splits(new SplitAssignment(1, FRACTIONS, SplitBy.RANK), rows, Map.of()))
                .isEqualTo(Map.of("b", "test", "d", "validation"));
    }

    /** The paths of each file, in order. */
    private static List<List<String>> deal(List<Row> rows, int partitions, long seed) {
        SplitAssignment dealing = new SplitAssignment(seed, FRACTIONS, SplitBy.RANK);
        Dataset<Row> checked = CheckedRows.table(rows, partitions);
        Dataset<Row> outcomes = FileOutcomes.of(checked, Optional.empty());
        Dataset<Row> kept =
                checked.join(outcomes.filter("outcome = 'KEPT'").select("id"), FileOutcomes.ofNames("id"), "left_semi");
        SplitShuffle shuffle = new SplitShuffle(
                dealing.assign(
                        kept, LocalSpark.context().broadcast(dealing.ofPictures(outcomes, Map.of())), Optional.empty()),
                Map.of(Split.TRAIN, 3, Split.VALIDATION, 1, Split.TEST, 2));
        List<List<String>> files = new ArrayList<>();
        for (Split split : Split.values()) {
            shuffle.rows(split).map(row -> row.getString(0)).glom().collect().forEach(files::add);
        }
        return files;
    }

    /** Path to split of what is kept. */
    private static Map<String, String> splits(SplitAssignment dealing, List<Row> rows, Map<Integer, List<Long>> there) {
        Dataset<Row> outcomes = FileOutcomes.of(CheckedRows.table(rows, 2), Optional.empty());
        Map<String, String> splits = new HashMap<>();
        dealing.assign(
                        outcomes.filter("outcome = 'KEPT'"),
                        LocalSpark.context().broadcast(dealing.ofPictures(outcomes, there)),
                        Optional.empty())
                .select("path", "split")
                .collectAsList()
                .forEach(row -> splits.put(row.getString(0), row.getString(1)));
        return splits;
    }

    /** 60 pictures of class 0, 30 of class 1, four of class 0 that lie there twice, one that is rejected. */
    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            rows.add(CheckedRows.picture("0/" + i, 0, Sha256.of("0/" + i), null, null));
        }
        for (int i = 0; i < 30; i++) {
            rows.add(CheckedRows.picture("1/" + i, 1, Sha256.of("1/" + i), null, null));
        }
        for (int i = 10; i < 14; i++) {
            rows.add(CheckedRows.picture("0/" + i + "-copy", 0, Sha256.of("0/" + i), null, null));
        }
        rows.add(CheckedRows.rejected("1/empty"));
        return rows;
    }
}
