package org.sparkfinetune.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.data.CheckedPictures.LabelTotals;
import org.sparkfinetune.testing.LocalSpark;

@Tag("spark")
class CheckedPicturesTest {
    private static final Map<String, Integer> FILES = Map.of("train", 3, "validation", 1, "test", 2);
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
        // 60 and 30 different pictures; the numbers of files are those of FILES.
        assertThat(dealt.subList(0, 3).stream().flatMap(List::stream).toList()).hasSize(36 + 18);
        assertThat(dealt.get(3)).hasSize(12 + 6);
        assertThat(dealt.subList(4, 6).stream().flatMap(List::stream).toList()).hasSize(12 + 6);
        Set<String> all = new HashSet<>(dealt.stream().flatMap(List::stream).toList());
        assertThat(all).hasSize(90);
        assertThat(dealt.get(3).stream().filter(path -> path.startsWith("0/"))).hasSize(12);
    }

    @Test
    void totalsCountDifferentPicturesAndLeaveConflictsOut() {
        List<Row> rows = rows();
        rows.add(picture("1/zero", 1, Sha256.of("0/0")));
        CheckedPictures pictures = new CheckedPictures(dataset(rows, 2));
        assertThat(pictures.conflicts()).containsExactly(Sha256.of("0/0"));
        assertThat(pictures.totals()).isEqualTo(Map.of(0, new LabelTotals(59, 590, 4), 1, new LabelTotals(30, 300, 0)));
        assertThat(pictures.rejectedByClass()).isEqualTo(Map.of("EMPTY", 1L));
        assertThat(pictures.rejects(pictures.conflicts()).collectAsList())
                .extracting(row -> row.getString(0) + " " + row.getString(2))
                .containsExactly("0/0 LABEL_CONFLICT", "1/empty EMPTY", "1/zero LABEL_CONFLICT");
    }

    /** The paths of each file, in order. */
    private static List<List<String>> deal(List<Row> rows, int partitions, long seed) {
        Dataset<Row> checked = dataset(rows, partitions);
        CheckedPictures pictures = new CheckedPictures(checked);
        Map<Integer, List<Long>> counts = Map.of(0, FRACTIONS.counts(60), 1, FRACTIONS.counts(30));
        SplitPlan plan = pictures.plan(seed, counts);
        SplitShuffle shuffle = new SplitShuffle(
                checked,
                LocalSpark.context().broadcast(plan),
                LocalSpark.context().broadcast(Set.of()),
                FILES);
        List<List<String>> files = new ArrayList<>();
        for (String split : DatasetSchema.SPLITS) {
            shuffle.rows(split).map(row -> row.getString(0)).glom().collect().forEach(files::add);
        }
        return files;
    }

    /** 60 pictures of class 0, of which four lie there twice, 30 of class 1, one that is rejected. */
    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            rows.add(picture("0/" + i, 0, Sha256.of("0/" + i)));
        }
        for (int i = 10; i < 14; i++) {
            rows.add(picture("0/" + i + "-copy", 0, Sha256.of("0/" + i)));
        }
        for (int i = 0; i < 30; i++) {
            rows.add(picture("1/" + i, 1, Sha256.of("1/" + i)));
        }
        rows.add(RowFactory.create(
                "1/empty", null, null, null, 1, "class1", null, null, 0L, "the file is empty", "EMPTY"));
        return rows;
    }

    private static Row picture(String path, int label, String sha256) {
        return RowFactory.create(path, new byte[10], 4, 3, label, "class" + label, sha256, 10L, 10L, null, null);
    }

    private static Dataset<Row> dataset(List<Row> rows, int partitions) {
        return LocalSpark.session()
                .createDataFrame(LocalSpark.context().parallelize(rows, partitions), DatasetSchema.CHECKED);
    }
}
