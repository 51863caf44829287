package org.sparkfinetune.features.similar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.VectorRows;

@Tag("spark")
class BlockPairsTest {
    private static final int BLOCK_ROWS = 8;

    private final LongAccumulator read = LocalSpark.session().sparkContext().longAccumulator();
    private final LongAccumulator compared = LocalSpark.session().sparkContext().longAccumulator();

    @ParameterizedTest
    @CsvSource({
        "1, 1, COSINE",
        "2, 1, COSINE",
        "2, 3, EUCLIDEAN",
        "7, 3, COSINE",
        "8, 1, EUCLIDEAN",
        "9, 7, COSINE",
        "9, 1, EUCLIDEAN",
        "33, 7, COSINE",
        "40, 3, EUCLIDEAN"
    })
    void neighboursAreThoseOfTwoLoopsInDoublePrecision(int pictures, int partitions, Metric metric) {
        Map<String, float[]> vectors = VectorRows.random("p", pictures, 13, pictures);
        try (VectorTable table = blocks(vectors, partitions);
                BlockPairs pairs = BlockPairs.within(table, new NeighbourQuery(5, metric, 0), compared)) {
            assertNeighbours(pairs, vectors, vectors, metric, 5);
            int blocks = (pictures + BLOCK_ROWS - 1) / BLOCK_ROWS;
            assertThat(pairs.count()).isEqualTo(blocks * (blocks + 1) / 2);
            assertThat(compared.value()).isEqualTo((long) pairs.count());
            assertThat(read.value()).isEqualTo((long) pictures);
        }
    }

    @ParameterizedTest
    @CsvSource({"COSINE", "EUCLIDEAN"})
    void neighboursInAnotherTableAreFoundAndAPictureIsKnownByItsPathThereToo(Metric metric) {
        Map<String, float[]> vectors = VectorRows.random("p", 20, 6, 1);
        Map<String, float[]> queries = VectorRows.random("q", 9, 6, 2);
        queries.put("p0003", vectors.get("p0003"));
        queries.put("q-like-p0004", vectors.get("p0004"));
        try (VectorTable table = blocks(vectors, 3);
                VectorTable of = blocks(queries, 2);
                BlockPairs pairs = BlockPairs.between(of, table, new NeighbourQuery(4, metric, 0), compared)) {
            assertNeighbours(pairs, queries, vectors, metric, 4);
            assertThat(pairs.count()).isEqualTo(2 * 3);
        }
    }

    /** Whole numbers, so that sums in any order are equal, and many values are equal. */
    @ParameterizedTest
    @CsvSource({"COSINE", "EUCLIDEAN"})
    void ofEquallyNearPicturesThoseWhosePathsComeFirstAreTaken(Metric metric) {
        Map<String, float[]> vectors = new TreeMap<>();
        for (int i = 0; i < 50; i++) {
            vectors.put(String.format("p%02d", i * 37 % 50), new float[] {1 + i % 2, 0, i % 3 == 0 ? 2 : 0});
        }
        try (VectorTable table = blocks(vectors, 7);
                BlockPairs pairs = BlockPairs.within(table, new NeighbourQuery(9, metric, 0), compared)) {
            assertNeighbours(pairs, vectors, vectors, metric, 9);
        }
    }

    /** Differences that single precision cannot resolve: 1e-7, and 1e-4 among lengths of 10,000. */
    @ParameterizedTest
    @CsvSource({"COSINE", "EUCLIDEAN"})
    void theOrderIsThatOfDoublePrecision(Metric metric) {
        Map<String, float[]> vectors = VectorRows.random("p", 30, 64, 3);
        vectors.replaceAll((path, noise) -> {
            float[] vector = new float[noise.length];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = 10_000 + 0.01f * noise[i];
            }
            return vector;
        });
        try (VectorTable table = blocks(vectors, 3);
                BlockPairs pairs = BlockPairs.within(table, new NeighbourQuery(6, metric, 0), compared)) {
            assertNeighbours(pairs, vectors, vectors, metric, 6);
        }
    }

    @Test
    void copiesAreNeighboursOfEachOtherButNeverOfThemselves() {
        Map<String, float[]> vectors = new TreeMap<>();
        for (int i = 0; i < 10; i++) {
            vectors.put("copy" + i, new float[] {0.1f, 0.7f, 0.3f});
        }
        try (VectorTable table = blocks(vectors, 2);
                BlockPairs pairs = BlockPairs.within(table, new NeighbourQuery(20, Metric.EUCLIDEAN, 0), compared)) {
            Map<String, List<BruteForce.Neighbour>> found = found(pairs, vectors, vectors);
            found.forEach((path, neighbours) -> assertThat(neighbours)
                    .hasSize(9)
                    .allSatisfy(one -> assertThat(one.value()).isZero())
                    .noneSatisfy(one -> assertThat(one.path()).isEqualTo(path)));
            assertThat(found).hasSize(10);
        }
    }

    @Test
    void aVectorOfZerosHasTheCosineZeroAndNoDuplicates() {
        Map<String, float[]> vectors = new TreeMap<>(Map.of(
                "a", new float[] {0, 0},
                "b", new float[] {0, 0},
                "c", new float[] {1, 0},
                "d", new float[] {-1, 0}));
        try (VectorTable table = blocks(vectors, 1);
                BlockPairs pairs = BlockPairs.within(table, new NeighbourQuery(3, Metric.COSINE, 0.0001), compared)) {
            assertThat(found(pairs, vectors, vectors).get("c"))
                    .containsExactly(
                            new BruteForce.Neighbour("a", 0),
                            new BruteForce.Neighbour("b", 0),
                            new BruteForce.Neighbour("d", -1));
            assertThat(pairs.groups(1).count()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0.5", "3, 0.8", "7, 0.9", "2, 0.97", "2, 1.0"})
    void groupsAreTheConnectedComponentsOfAllPairs(int partitions, double threshold) {
        Map<String, float[]> vectors = VectorRows.random("p", 41, 4, 5);
        VectorRows.random("a", 5, 4, 5).forEach(vectors::put);
        try (VectorTable table = blocks(vectors, partitions);
                BlockPairs pairs =
                        BlockPairs.within(table, new NeighbourQuery(0, Metric.EUCLIDEAN, threshold), compared)) {
            Groups groups = pairs.groups(partitions);
            List<Set<String>> expected = BruteForce.groups(vectors, threshold);
            assertThat(members(table, groups)).isEqualTo(expected);
            assertThat(groups.pairs()).isEqualTo(BruteForce.pairs(vectors, threshold));
            assertThat(groups.count()).isEqualTo(expected.size());
            assertThat(groups.pictures())
                    .isEqualTo(expected.stream().mapToInt(Set::size).sum());
            assertThat(groups.largest())
                    .isEqualTo(expected.stream().mapToInt(Set::size).max().orElseThrow());
        }
    }

    /** 24 / 25 is 0.96 in double precision; in single precision neither value differs from its threshold. */
    @ParameterizedTest
    @CsvSource({"0.96, 3 4, 4 3, 1", "0.9600000001, 3 4, 4 3, 0", "1, 1 0.0001, 1 0, 0", "1, 0.1 0.7, 0.1 0.7, 1"})
    void aPairIsOneFromExactlyTheThresholdOn(double threshold, String left, String right, long expected) {
        Map<String, float[]> vectors = new TreeMap<>(Map.of("left", vector(left), "right", vector(right)));
        try (VectorTable table = blocks(vectors, 1);
                BlockPairs pairs =
                        BlockPairs.within(table, new NeighbourQuery(0, Metric.COSINE, threshold), compared)) {
            assertThat(pairs.groups(1).pairs()).isEqualTo(expected);
        }
    }

    /** As many links as connected pictures, not as many as pairs: that bounds the memory. */
    @Test
    void ofAnyNumberOfPairsFewerLinksThanPicturesAreKept() {
        Map<String, float[]> vectors = VectorRows.random("p", 8, 3, 1);
        vectors.replaceAll((path, vector) -> new float[] {1, 2, 3});
        try (VectorTable table = blocks(vectors, 1)) {
            VectorBlock block = table.blocks().first();
            Vectors all = block.vectors();
            LinkFinder finder = new LinkFinder(1, block, all, block, all);
            try (CosinePanels panels = new CosinePanels(all, all)) {
                Panel panel = panels.from(0);
                for (int row = 0; row < 8; row++) {
                    finder.look(row, panel.row(row));
                }
            }
            assertThat(finder.pairs()).isEqualTo(28);
            assertThat(finder.links()).hasSize(2 * 7);
        }
    }

    @Test
    void blocksHaveAtMost4096RowsAnd32Mebibytes() {
        assertThat(VectorTable.blockRows(1)).isEqualTo(4096);
        assertThat(VectorTable.blockRows(2048)).isEqualTo(4096);
        assertThat(VectorTable.blockRows(25_088)).isEqualTo(334);
        assertThat(VectorTable.blockRows(100_000_000)).isEqualTo(1);
    }

    private VectorTable blocks(Map<String, float[]> vectors, int partitions) {
        VectorFacts facts =
                new VectorFacts(vectors.size(), vectors.values().iterator().next().length, 0);
        return VectorTable.of(VectorRows.table(vectors, VectorColumn.VECTOR, partitions), facts, BLOCK_ROWS, read);
    }

    private static float[] vector(String text) {
        List<String> values = List.of(text.split(" "));
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = Float.parseFloat(values.get(i));
        }
        return vector;
    }

    private static void assertNeighbours(
            BlockPairs pairs, Map<String, float[]> of, Map<String, float[]> among, Metric metric, int most) {
        Map<String, List<BruteForce.Neighbour>> found = found(pairs, of, among);
        Map<String, List<BruteForce.Neighbour>> expected = BruteForce.neighbours(of, among, metric, most);
        assertThat(paths(found)).isEqualTo(paths(expected));
        expected.forEach((path, neighbours) -> {
            for (int i = 0; i < neighbours.size(); i++) {
                double value = neighbours.get(i).value();
                assertThat(found.get(path).get(i).value()).isCloseTo(value, within(1e-7 * Math.max(1, value)));
            }
        });
    }

    private static Map<String, List<String>> paths(Map<String, List<BruteForce.Neighbour>> neighbours) {
        Map<String, List<String>> paths = new TreeMap<>();
        neighbours.forEach((path, all) ->
                paths.put(path, all.stream().map(BruteForce.Neighbour::path).toList()));
        return paths;
    }

    private static Map<String, List<BruteForce.Neighbour>> found(
            BlockPairs pairs, Map<String, float[]> of, Map<String, float[]> among) {
        List<String> targets = List.copyOf(new TreeSet<>(of.keySet()));
        List<String> sources = List.copyOf(new TreeSet<>(among.keySet()));
        Map<String, List<BruteForce.Neighbour>> found = new TreeMap<>();
        List<Row> rows = new ArrayList<>(pairs.neighbours().collect());
        rows.sort((a, b) -> Integer.compare(a.getInt(1), b.getInt(1)));
        for (Row row : rows) {
            List<BruteForce.Neighbour> neighbours =
                    found.computeIfAbsent(targets.get(row.getInt(0)), path -> new ArrayList<>());
            neighbours.add(new BruteForce.Neighbour(sources.get(row.getInt(2)), row.getFloat(3)));
            assertThat(row.getInt(1)).isEqualTo(neighbours.size());
        }
        return found;
    }

    private static List<Set<String>> members(VectorTable table, Groups groups) {
        Map<Integer, Set<String>> members = table.pictures().collect().stream()
                .flatMap(picture -> groups.member(picture).stream())
                .collect(Collectors.groupingBy(
                        row -> row.getInt(0),
                        TreeMap::new,
                        Collectors.mapping(row -> row.getString(1), Collectors.toCollection(TreeSet::new))));
        assertThat(members.keySet()).isEqualTo(new TreeSet<>(members.keySet()));
        return List.copyOf(members.values());
    }
}
