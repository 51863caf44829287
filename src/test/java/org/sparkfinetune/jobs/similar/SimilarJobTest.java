package org.sparkfinetune.jobs.similar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.jobs.shard.ShardFixture;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.Summary;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.RecordedProgress;
import org.sparkfinetune.testing.SmallRun;
import org.sparkfinetune.testing.VectorRows;

@Tag("spark")
class SimilarJobTest {
    @TempDir
    private Path folder;

    @Test
    void neighboursAndGroupsOfATableAreWrittenAndCounted() throws IOException {
        embeddings("table", fourPictures());
        RunReport report = similar("neighbours: 2");
        assertThat(ShardFixture.names(output()))
                .containsExactly("events.jsonl", "groups", "neighbours", "report.html", "report.json");
        assertThat(ShardFixture.names(output().resolve("neighbours"))).containsExactly("part-00000.parquet");
        assertThat(ShardFixture.names(output().resolve("groups"))).containsExactly("part-00000.parquet");
        assertThat(LocalSpark.session().read().parquet(output() + "/neighbours").columns())
                .containsExactly("path", "sha256", "rank", "neighbourPath", "neighbourSha256", "similarity");
        assertThat(rows("neighbours"))
                .extracting(row -> row.get(0), row -> row.get(2), row -> row.get(3), row -> row.get(5))
                .containsExactly(
                        tuple("copy", 1, "east", 1f),
                        tuple("copy", 2, "north", 0f),
                        tuple("east", 1, "copy", 1f),
                        tuple("east", 2, "north", 0f),
                        tuple("north", 1, "copy", 0f),
                        tuple("north", 2, "east", 0f),
                        tuple("west", 1, "north", 0f),
                        tuple("west", 2, "copy", -1f));
        assertThat(rows("neighbours"))
                .allSatisfy(row -> assertThat(row.getString(1)).isEqualTo(VectorRows.sha256(row.getString(0))))
                .allSatisfy(row -> assertThat(row.getString(4)).isEqualTo(VectorRows.sha256(row.getString(3))));
        assertThat(rows("groups"))
                .extracting(row -> row.get(0), row -> row.get(1), row -> row.get(2), row -> row.get(3))
                .containsExactly(tuple(0, "copy", "sha256 of copy", 2), tuple(0, "east", "sha256 of east", 2));
        assertCounted(report);
    }

    private void assertCounted(RunReport report) throws IOException {
        assertThat(report.data().examples()).isEqualTo(4);
        RunReport.Similarity found = report.similarity();
        assertThat(found.queries()).isEqualTo(4);
        assertThat(found.duplicates()).isEqualTo(0.98);
        assertThat(found.duplicatePairs()).isEqualTo(1);
        assertThat(found.groups()).isEqualTo(1);
        assertThat(found.picturesInGroups()).isEqualTo(2);
        assertThat(found.largestGroup()).isEqualTo(2);
        assertThat(found.comparedPairs()).isEqualTo(6);
        assertThat(Summary.of(report))
                .contains("  2 nearest neighbours (cosine) of 4 pictures\n")
                .contains("  near duplicates at 0.98 or above: 1 pairs, 1 groups with 2 pictures, the largest has 2\n");
        assertThat(Files.readString(output().resolve("report.html")))
                .contains("<th scope=\"row\">pictures in the largest group</th><td>2</td>");
        assertThat(report.provenance().weightsSha256()).isEqualTo("w1");
    }

    @Test
    void theDistanceHasAColumnOfItsOwn() {
        embeddings("table", fourPictures());
        similar("neighbours: 1\nmetric: euclidean\nduplicates: 0");
        assertThat(LocalSpark.session().read().parquet(output() + "/neighbours").columns())
                .endsWith("distance");
        assertThat(rows("neighbours"))
                .extracting(row -> row.get(0), row -> row.get(3), row -> row.get(5))
                .contains(tuple("copy", "east", 0f), tuple("west", "north", (float) Math.sqrt(2)));
        assertThat(rows("groups")).isEmpty();
    }

    @Test
    void groupsCanBeHadWithoutNeighbours() {
        embeddings("table", fourPictures());
        RunReport report = similar("neighbours: 0");
        assertThat(rows("neighbours")).isEmpty();
        assertThat(rows("groups")).hasSize(2);
        assertThat(report.similarity().groups()).isEqualTo(1);
    }

    @Test
    void theNeighboursOfOtherPicturesAreLookedForInTheTable() {
        embeddings("table", fourPictures());
        embeddings("queries", new TreeMap<>(Map.of("mine", new float[] {2, 1}, "north", new float[] {0, 3})));
        RunReport report = similar("neighbours: 2\nqueries: \"" + folder.resolve("queries") + "\"");
        assertThat(rows("neighbours"))
                .extracting(row -> row.get(0), row -> row.get(2), row -> row.get(3))
                .containsExactly(
                        tuple("mine", 1, "copy"),
                        tuple("mine", 2, "east"),
                        tuple("north", 1, "copy"),
                        tuple("north", 2, "east"));
        assertThat(report.similarity().queries()).isEqualTo(2);
        assertThat(report.similarity().comparedPairs()).isEqualTo(8);
        assertThat(report.similarity().groups()).isNull();
        assertThat(rows("groups")).isEmpty();
        assertThat(report.provenance().inputs().keySet()).containsExactlyInAnyOrder("embeddings", "queries");
    }

    @Test
    void theColumnMayHaveAnotherName() {
        VectorRows.write(folder.resolve("table"), VectorRows.table(fourPictures(), "fc2.out", 1), "w1");
        similar("column: fc2.out");
        assertThat(rows("groups")).hasSize(2);
    }

    @Test
    void theSameRecipeAgainDoesNothingAndAnotherOneIsRefused() {
        embeddings("table", fourPictures());
        RunReport first = similar("");
        RecordedProgress progress = new RecordedProgress();
        assertThat(SmallRun.job(recipe(""), progress).startedAt()).isEqualTo(first.startedAt());
        assertThat(progress.told()).containsExactly("already done: " + output());
        for (String other : List.of("neighbours: 9", "metric: euclidean", "duplicates: 0.9", "column: other")) {
            assertThatThrownBy(() -> similar(other))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageStartingWith(
                            "file:" + output() + ": holds the result of another recipe, model or input (fingerprint ");
        }
        assertThat(similar("neighbours: 9\noverwrite: true").similarity().neighbours())
                .isEqualTo(9);
    }

    @Test
    void progressIsThatOfReadingAndOfComparing() {
        embeddings("table", fourPictures());
        RecordedProgress progress = new RecordedProgress();
        SmallRun.job(recipe(""), progress);
        assertThat(progress.told()).containsExactly("read embeddings: 4 vectors", "compare: 1 pairs of blocks");
    }

    @Test
    void vectorsOfZerosAreTold() {
        Map<String, float[]> vectors = fourPictures();
        vectors.put("black", new float[2]);
        embeddings("table", vectors);
        RecordedProgress progress = new RecordedProgress();
        SmallRun.job(recipe(""), progress);
        assertThat(progress.told())
                .contains("1 of 5 vectors of embeddings are all zeros; their cosine similarity to any other is taken"
                        + " as 0");
    }

    @Test
    void tablesOfDifferentModelsAreRefused() {
        embeddings("table", fourPictures());
        VectorRows.write(folder.resolve("queries"), VectorRows.table(fourPictures(), "embedding", 1), "w2");
        assertThatThrownBy(() -> similar("queries: \"" + folder.resolve("queries") + "\""))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("queries: is file:" + folder + "/queries, made by"
                        + " {\"layer\":\"avgpool\",\"weightsSha256\":\"w2\"}, but embeddings is file:" + folder
                        + "/table, made by {\"layer\":\"avgpool\",\"weightsSha256\":\"w1\"}; vectors of different"
                        + " models cannot be compared: extract one of them again");
        assertThat(output()).doesNotExist();
    }

    @Test
    void vectorsOfAnotherLengthThanThoseOfTheTableAreRefused() {
        embeddings("table", fourPictures());
        embeddings("queries", VectorRows.random("p", 2, 3, 1));
        assertThatThrownBy(() -> similar("queries: \"" + folder.resolve("queries") + "\""))
                .isInstanceOf(BadDataException.class)
                .hasMessage("file:" + folder + "/queries/embeddings: has vectors of 3 values in \"embedding\", file:"
                        + folder + "/table/embeddings of 2");
    }

    @Test
    void whatIsNotWholeIsRefused() throws IOException {
        for (String part : List.of("embeddings.json", "report.json")) {
            embeddings("table", fourPictures());
            Files.delete(folder.resolve("table").resolve(part));
            assertThatThrownBy(() -> similar(""))
                    .isInstanceOf(BadDataException.class)
                    .hasMessage("file:" + folder + "/table: is not the complete output of an extract job: it has no "
                            + part + "; make it first with a recipe of kind extract: scripts/submit"
                            + " spark-jobs/NAME.yaml --set output=file:" + folder + "/table");
        }
        assertThat(output()).doesNotExist();
    }

    @Test
    void theOutputOfAnotherKindOfJobIsRefused() throws IOException {
        embeddings("table", fourPictures());
        Files.writeString(folder.resolve("table/report.json"), "{\"kind\":\"predict\"}");
        assertThatThrownBy(() -> similar(""))
                .isInstanceOf(BadDataException.class)
                .hasMessage("file:" + folder + "/table: is the output of a job of kind predict, needed is extract");
    }

    @Test
    void aDamagedDescriptionIsRefused() throws IOException {
        embeddings("table", fourPictures());
        Files.writeString(folder.resolve("table/embeddings.json"), "[]");
        assertThatThrownBy(() -> similar(""))
                .isInstanceOf(BadDataException.class)
                .hasMessage("file:" + folder
                        + "/table/embeddings.json: is damaged: it is not a mapping; extract the pictures again");
    }

    @Test
    void aTableThatCannotBeUsedLeavesNoTrace() {
        embeddings("table", new TreeMap<>(Map.of("a", new float[] {1, Float.NaN})));
        assertThatThrownBy(() -> similar(""))
                .isInstanceOf(BadDataException.class)
                .hasMessage("file:" + folder + "/table/embeddings: has 1 vectors in \"embedding\" with NaN or infinity,"
                        + " such as that of a; extract them again, or leave these rows out");
        assertThat(output()).doesNotExist();
    }

    private static Map<String, float[]> fourPictures() {
        return new TreeMap<>(Map.of(
                "east", new float[] {1, 0},
                "copy", new float[] {1, 0},
                "north", new float[] {0, 1},
                "west", new float[] {-1, 0}));
    }

    private void embeddings(String name, Map<String, float[]> vectors) {
        VectorRows.write(folder.resolve(name), VectorRows.table(vectors, "embedding", 3), "w1");
    }

    private RunReport similar(String settings) {
        return SmallRun.job(recipe(settings));
    }

    private String recipe(String settings) {
        return "kind: similar\nembeddings: \"%s\"\noutput: \"%s\"\n%s\n"
                .formatted(folder.resolve("table"), output(), settings);
    }

    private Path output() {
        return folder.resolve("out");
    }

    /** In the order of the file. */
    private List<Row> rows(String part) {
        return LocalSpark.session()
                .read()
                .parquet(output() + "/" + part)
                .coalesce(1)
                .collectAsList();
    }
}
