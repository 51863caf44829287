package org.sparkfinetune.jobs.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.jobs.shard.ShardFixture;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.Dl4jForward;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.RecordedProgress;
import org.sparkfinetune.testing.SmallRun;
import org.sparkfinetune.zoo.card.ModelZoo;

@Tag("spark")
class ExtractJobTest {
    private static SmallRun shared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() {
        shared = SmallRun.shared();
    }

    private RunReport extract(Path input, String settings) {
        return SmallRun.job("""
                kind: extract
                input: "%s"
                model: "%s"
                output: "%s"
                %s
                """.formatted(input, shared.run(), output(), settings));
    }

    private Path output() {
        return folder.resolve("out");
    }

    private List<Row> embeddings() {
        return LocalSpark.session()
                .read()
                .parquet(output() + "/embeddings")
                .orderBy("path")
                .collectAsList();
    }

    @Test
    void theEmbeddingsOfADatasetAreDeeplearning4jsActivations() throws IOException, RejectedPictureException {
        RunReport report = extract(shared.dataset(), "");
        assertThat(ShardFixture.names(output()))
                .containsExactly(
                        "embeddings",
                        "embeddings.json",
                        "events.jsonl",
                        "files",
                        "rejected",
                        "report.html",
                        "report.json");
        List<Row> rows = embeddings();
        assertThat(rows).hasSize(24);
        assertThat(report.data().examples()).isEqualTo(24);
        assertThat(report.data().rejected()).isZero();
        assertThat(LocalSpark.session().read().parquet(output() + "/embeddings").columns())
                .containsExactly("path", "sha256", "label", "labelName", "width", "height", "embedding");
        Map<String, float[]> expected =
                new Dl4jForward(shared).activations(shared.dataset() + "/split=test", SmallRun.EMBEDDING);
        assertThat(expected).hasSize(6);
        for (Row row : rows) {
            List<Float> embedding = row.getList(6);
            assertThat(embedding).hasSize(SmallRun.SIZE).allMatch(Float::isFinite);
            assertThat(row.getString(0)).contains("/" + row.getString(3) + "/");
            float[] byDl4j = expected.remove(row.getString(1));
            for (int i = 0; byDl4j != null && i < byDl4j.length; i++) {
                assertThat(embedding.get(i)).isCloseTo(byDl4j[i], within(1e-3f * Math.abs(byDl4j[i]) + 1e-6f));
            }
        }
        assertThat(expected).isEmpty();
        footersTellHowTheyWereMade();
    }

    private void footersTellHowTheyWereMade() throws IOException {
        String description =
                Files.readString(output().resolve("embeddings.json")).strip();
        JsonNode made = new ObjectMapper().readTree(description);
        assertThat(made.get("model").asText()).isEqualTo("file:" + shared.run());
        assertThat(made.get("layer").asText()).isEqualTo(SmallRun.EMBEDDING);
        assertThat(made.get("weightsSha256").asText())
                .isEqualTo(Reports.read(shared.run().toString()).provenance().fingerprint());
        assertThat(made.get("preprocessing").get("shortSide").asInt()).isEqualTo(256);
        List<Path> parts = SmallRun.below(output().resolve("embeddings")).stream()
                .filter(file -> file.toString().endsWith(".parquet"))
                .toList();
        assertThat(parts).isNotEmpty();
        for (Path part : parts) {
            var file = HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(part.toUri()), new Configuration());
            try (ParquetFileReader reader = ParquetFileReader.open(file)) {
                String schema =
                        reader.getFileMetaData().getKeyValueMetaData().get("org.apache.spark.sql.parquet.row.metadata");
                JsonNode fields = new ObjectMapper().readTree(schema).get("fields");
                assertThat(fields.get(6).get("metadata").get("embeddings.json").asText())
                        .isEqualTo(description);
            }
        }
    }

    @Test
    void classFoldersNameTheEmbeddings() throws IOException {
        for (String name : List.of("blue/1.png", "blue/2.png", "red/1.png")) {
            put("classes/" + name, Files.readAllBytes(shared.pictures().resolve(name)));
        }
        extract(folder.resolve("classes"), "");
        assertThat(embeddings())
                .extracting(row -> row.getAs("label"), row -> row.getAs("labelName"), row -> row.getAs("width"))
                .containsExactly(tuple(0, "blue", 41), tuple(0, "blue", 42), tuple(1, "red", 41));
    }

    @Test
    void aFlatFolderKeepsCopiesAndTellsWhatIsNoPicture() throws IOException {
        flatFolder();
        RunReport report = extract(folder.resolve("flat"), "maxRejectedFraction: 0.25");
        assertThat(report.data().examples()).isEqualTo(3);
        assertThat(report.data().rejected()).isEqualTo(1);
        List<Row> rows = embeddings();
        assertThat(rows)
                .extracting(row -> row.getString(0))
                .containsExactly(
                        "file:" + folder + "/flat/1.png",
                        "file:" + folder + "/flat/copy-of-1.png",
                        "file:" + folder + "/flat/sub/2.png");
        assertThat(rows).allMatch(row -> row.isNullAt(2) && row.isNullAt(3));
        assertThat(rows.get(1).getString(1)).isEqualTo(rows.get(0).getString(1));
        assertThat(rows.get(1).<Float>getList(6)).isEqualTo(rows.get(0).<Float>getList(6));
        List<Row> rejected =
                LocalSpark.session().read().parquet(output() + "/rejected").collectAsList();
        assertThat(rejected).hasSize(1);
        assertThat(rejected.get(0).getString(0)).isEqualTo("file:" + folder + "/flat/text.jpg");
        assertThat(rejected.get(0).getString(1))
                .isEqualTo("not a recognized picture format (JPEG, PNG, GIF, BMP, WebP, TIFF); first"
                        + " bytes: 49 20 61 6d 20 74 65 78");
        assertThat(rejected.get(0).getString(2)).isEqualTo("NOT_A_PICTURE");
        assertThat(rejected.get(0).getLong(3)).isEqualTo(9);
        assertThat(rejected.get(0).getString(4)).hasSize(64);
    }

    @Test
    void moreThanTheAllowedShareOfBadPicturesEndsTheJobWithoutAResult() throws IOException {
        flatFolder();
        assertThatThrownBy(() -> extract(folder.resolve("flat"), "maxRejectedFraction: 0.24"))
                .isInstanceOf(BadDataException.class)
                .hasMessage(folder + "/flat: 1 of 4 pictures were rejected (1 NOT_A_PICTURE), but"
                        + " maxRejectedFraction is 0.24; for example file:" + folder
                        + "/flat/text.jpg (not a recognized picture format (JPEG, PNG, GIF, BMP, WebP,"
                        + " TIFF); first bytes: 49 20 61 6d 20 74 65 78); all of them are listed in"
                        + " file:" + output() + "/rejected; fix or delete them, or raise maxRejectedFraction");
        assertThat(ShardFixture.names(output())).containsExactly("_staging", "events.jsonl", "rejected");
        assertThat(LocalSpark.session().read().parquet(output() + "/rejected").collectAsList())
                .extracting(row -> row.getString(0), row -> row.getString(2))
                .containsExactly(tuple("file:" + folder + "/flat/text.jpg", "NOT_A_PICTURE"));
        extract(folder.resolve("flat"), "maxRejectedFraction: 0.25");
        assertThat(ShardFixture.names(output()))
                .containsExactly(
                        "embeddings",
                        "embeddings.json",
                        "events.jsonl",
                        "files",
                        "rejected",
                        "report.html",
                        "report.json");
    }

    @Test
    void aResultThatIsThereStaysWhenTooManyNewPicturesAreBad() throws IOException {
        flatFolder();
        extract(shared.dataset(), "");
        assertThatThrownBy(() -> extract(folder.resolve("flat"), "maxRejectedFraction: 0\noverwrite: true"))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("all of them are listed in file:" + output() + "/_staging/rejected;");
        assertThat(embeddings()).hasSize(24);
    }

    @Test
    void aFinishedExtractionIsFoundWithoutTheNetwork() throws IOException {
        Path run = folder.resolve("run");
        SmallRun.copy(shared.run(), run);
        String recipe = "kind: extract\ninput: \"%s\"\nmodel: \"%s\"\noutput: \"%s\"\nlayer: conv10_pool\n"
                .formatted(shared.dataset(), run, output());
        RunReport first = SmallRun.job(recipe);
        Files.delete(run.resolve("model/model.zip"));
        RecordedProgress progress = new RecordedProgress();
        assertThat(SmallRun.job(recipe, progress).startedAt()).isEqualTo(first.startedAt());
        assertThat(progress.told()).containsExactly("already done: " + output());
        assertThatThrownBy(() -> SmallRun.job(recipe.replace("/out", "/other")))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining(run + "/model/model.zip");
        assertThat(folder.resolve("other")).doesNotExist();
    }

    @Test
    void anUnknownLayerIsRefusedBeforeAnythingIsWritten() {
        assertThatThrownBy(() -> extract(shared.dataset(), "layer: conv10_pol"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "layer: is \"conv10_pol\", which file:" + shared.run() + " does not have; the layers meant for"
                                + " it are [pool1, pool3, pool5, fire6, fire7, fire8, fire9]; did you"
                                + " mean \"conv10_pool\"?");
        assertThat(output()).doesNotExist();
    }

    @Test
    void aModelThatIsNeitherCardNorRunIsRefused() {
        assertThatThrownBy(() -> SmallRun.job("""
                        kind: extract
                        input: "%s"
                        model: resnet5
                        output: "%s"
                        """.formatted(shared.dataset(), output())))
                .isInstanceOf(BadDataException.class)
                .hasMessageEndingWith("/resnet5: does not exist, and \"resnet5\" is not a card of the model zoo;"
                        + " cards are " + ModelZoo.names() + "; did you mean \"resnet50\"?");
    }

    private void flatFolder() throws IOException {
        byte[] first = Files.readAllBytes(shared.pictures().resolve("red/1.png"));
        put("flat/1.png", first);
        put("flat/copy-of-1.png", first);
        put("flat/sub/2.png", Files.readAllBytes(shared.pictures().resolve("red/2.png")));
        put("flat/text.jpg", "I am text".getBytes(StandardCharsets.UTF_8));
    }

    private void put(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }
}
