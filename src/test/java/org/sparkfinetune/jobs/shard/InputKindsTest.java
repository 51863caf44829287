package org.sparkfinetune.jobs.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.PictureKinds;
import org.sparkfinetune.testing.SmallRun;

/** The same pictures from every kind of input, through shard, finetune and extract. */
@Tag("spark")
class InputKindsTest {
    private static final int ALL = 2 * PictureKinds.PICTURES;

    @TempDir
    Path folder;

    /**
     * One way to keep pictures.
     *
     * @param source setting of the recipes
     * @param split whether the collection is split already
     * @param pixels whether bytes are made from pixels, so that they are not those of the files
     */
    private record Kind(String name, Made made, String source, boolean split, boolean pixels) {}

    private interface Made {
        Path in(PictureKinds kinds) throws IOException;
    }

    private static final String NAMED =
            "{root: '', columns: {path: picture, label: kind, split: part, group: patient}}";

    private static final List<Kind> KINDS = List.of(
            new Kind("class folders", PictureKinds::classFolders, "{}", false, false),
            new Kind("split folders", PictureKinds::splitFolders, "{}", true, false),
            new Kind("CSV manifest", PictureKinds::csv, NAMED, true, false),
            new Kind("JSON Lines manifest", PictureKinds::jsonl, "{}", false, false),
            new Kind("Parquet of paths", PictureKinds::pathTable, "{}", false, false),
            new Kind("Parquet of bytes", PictureKinds::byteTable, "{}", false, false),
            new Kind("Hugging Face Parquet", PictureKinds::huggingFaceTable, "{}", false, false),
            new Kind("Hugging Face image folder", PictureKinds::imageFolder, "{}", false, false),
            new Kind("Hugging Face split image folder", PictureKinds::splitImageFolder, "{}", true, false),
            new Kind("Spark binaryFile table", PictureKinds::binaryFiles, "{}", false, false),
            new Kind("Spark image table", PictureKinds::sparkImages, "{}", false, true),
            new Kind("WebDataset", PictureKinds::webDataset, "{}", false, false),
            new Kind(
                    "WebDataset with JSON",
                    PictureKinds::jsonWebDataset,
                    "{columns: {label: kind, split: part}}",
                    true,
                    false));

    @TestFactory
    Stream<DynamicTest> everyKindBecomesTheSameDatasetAndIsTrainedAndExtracted() {
        PictureKinds kinds = new PictureKinds(folder);
        Stream<DynamicTest> labelled = KINDS.stream()
                .map(kind -> DynamicTest.dynamicTest(kind.name(), () -> {
                    Path input = kind.made().in(kinds);
                    Path dataset = folder.resolve(kind.name() + " dataset");
                    SmallRun.job(recipe("shard", input, dataset, kind)
                            + "splits: {train: 0.5, validation: 0.25, test: 0.25}\n");
                    holdsThePictures(dataset, kind);
                    canBeTrainedOn(dataset, folder.resolve(kind.name() + " run"));
                    canBeExtractedFrom(input, folder.resolve(kind.name() + " embeddings"), kind);
                }));
        return Stream.concat(
                labelled, Stream.of(DynamicTest.dynamicTest("flat folder", this::aFlatFolderIsExtractedWithoutLabels)));
    }

    private void aFlatFolderIsExtractedWithoutLabels() throws IOException {
        Kind flat = new Kind("flat", PictureKinds::flat, "{}", false, false);
        Path input = flat.made().in(new PictureKinds(folder));
        assertThat(extracted(input, folder.resolve("flat embeddings"), flat))
                .hasSize(ALL)
                .allSatisfy(
                        row -> assertThat(row.isNullAt(row.fieldIndex("label"))).isTrue());
    }

    private static String recipe(String job, Path input, Path output, Kind kind) {
        return "kind: " + job + "\ninput: \"" + input + "\"\noutput: \"" + output + "\"\nsource: " + kind.source()
                + "\n";
    }

    private static void holdsThePictures(Path dataset, Kind kind) {
        DatasetDescription description = ShardFixture.read(dataset);
        List<String> labels = description.labelNames();
        assertThat(labels).isIn(List.of("blue", "red"), List.of("0", "1"));
        assertThat(description.totals()).isEqualTo(new DatasetDescription.Totals(ALL, ALL, 0, 0, 0));
        assertThat(description.counts().get("train")).containsOnlyKeys(labels).containsValues(4L, 4L);
        Set<String> wanted = new HashSet<>();
        PictureKinds.pictures()
                .forEach((name, image) -> wanted.add(
                        labels.get(name.startsWith("blue") ? 0 : 1) + " " + (kind.pixels() ? "" : Sha256.of(image))
                                + (kind.split() ? " " + PictureKinds.split(name) : "")));
        Set<String> found = new HashSet<>();
        for (String split : description.counts().keySet()) {
            LocalSpark.session()
                    .read()
                    .parquet(dataset + "/split=" + split)
                    .collectAsList()
                    .forEach(row -> found.add(row.getString(5) + " " + (kind.pixels() ? "" : row.getString(6))
                            + (kind.split() ? " " + split : "")));
        }
        assertThat(found).isEqualTo(wanted);
    }

    private static void canBeTrainedOn(Path dataset, Path run) {
        RunReport report = SmallRun.job("""
                kind: finetune
                dataset: "%s"
                model: squeezenet
                weights: random
                freezeUpTo: fire9
                inference: {engine: dl4j}
                output: "%s"
                training: {epochs: 1, batchSizePerWorker: 4, learningRate: 0.001}
                """.formatted(dataset, run));
        assertThat(report.training().examplesTrained()).isEqualTo(8);
    }

    private static void canBeExtractedFrom(Path input, Path output, Kind kind) {
        List<Row> rows = extracted(input, output, kind);
        assertThat(rows).hasSize(ALL);
        Set<String> labels =
                rows.stream().map(row -> row.<String>getAs("labelName")).collect(Collectors.toSet());
        assertThat(labels).hasSize(2);
        if (!kind.pixels()) {
            assertThat(rows)
                    .extracting(row -> row.<String>getAs("sha256"))
                    .containsExactlyInAnyOrderElementsOf(PictureKinds.pictures().values().stream()
                            .map(Sha256::of)
                            .toList());
        }
    }

    private static List<Row> extracted(Path input, Path output, Kind kind) {
        SmallRun.job(recipe("extract", input, output, kind) + "model: \"" + output.resolveSibling("class folders run")
                + "\"\nlayer: pool5\ninference: {engine: dl4j}\n");
        return LocalSpark.session().read().parquet(output + "/embeddings").collectAsList();
    }
}
