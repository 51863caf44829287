package org.sparkfinetune.jobs.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.jobs.shard.ShardFixture;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.SmallRun;

/** What other programs take embeddings in. */
@Tag("spark")
class ExtractFormsTest {
    private static SmallRun shared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() {
        shared = SmallRun.shared();
    }

    private RunReport extract(String output, String settings) {
        return extract(shared.dataset(), output, settings);
    }

    private RunReport extract(Path input, String output, String settings) {
        return SmallRun.job("""
                kind: extract
                input: "%s"
                model: "%s"
                output: "%s/%s"
                inference: {engine: onnx}
                %s
                """.formatted(input, shared.run(), folder, output, settings));
    }

    private Dataset<Row> table(String output) {
        return LocalSpark.session().read().parquet(folder + "/" + output + "/embeddings");
    }

    @Test
    void vectorsOfSparkMlGoIntoAClassifierAsTheyAre() {
        extract("vectors", "dtype: ml-vector\nalso: clip-retrieval");
        extract("arrays", "");
        Dataset<Row> vectors = table("vectors");
        List<Row> expected = table("arrays").orderBy("path").collectAsList();
        List<Row> found = vectors.orderBy("path").collectAsList();
        assertThat(found).hasSize(24);
        for (int i = 0; i < found.size(); i++) {
            DenseVector vector = found.get(i).getAs("embedding");
            List<Float> values = expected.get(i).getList(6);
            assertThat(vector.values())
                    .containsExactly(
                            values.stream().mapToDouble(Float::doubleValue).toArray());
        }
        assertThat(NumpyPair.of(folder.resolve("vectors"), 0).rows()).isEqualTo(floats("arrays", "part-00000.parquet"));
        Dataset<Row> predicted = new LogisticRegression()
                .setFeaturesCol("embedding")
                .setLabelCol("label")
                .setMaxIter(20)
                .fit(vectors)
                .transform(vectors);
        assertThat(predicted.where("prediction = label").count()).isEqualTo(24);
    }

    @Test
    void aTableOfArraysDoesNotBecomeOneOfVectors() {
        extract("out", "");
        assertThatThrownBy(() -> extract("out", "dtype: ml-vector"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageMatching("file:" + folder + "/out: holds the result of another recipe, model or input"
                        + " \\(fingerprint [0-9a-f]{16}, this one is [0-9a-f]{16}\\); choose another output, or --set"
                        + " overwrite=true to replace it");
    }

    @Test
    void pairsOfClipRetrievalHaveTheRowsOfTheTableInItsOrder() throws IOException {
        put("blue/1.png");
        put("red/1.png");
        Path pictures = folder.resolve("pictures");
        RunReport made = extract(pictures, "out", "also: clip-retrieval");
        assertThat(made.outputs()).containsEntry("clip-retrieval", "file:" + folder + "/out/clip-retrieval");
        assertThat(files("out")).containsExactly("img_emb/img_emb_00000.npy", "metadata/metadata_00000.parquet");
        put("red/2.png");
        put("blue/2.png");
        Files.write(pictures.resolve("red/text.jpg"), "I am text".getBytes(StandardCharsets.UTF_8));
        // A table that has pairs keeps them whole.
        extract(pictures, "out", "maxRejectedFraction: 0.5");
        assertThat(files("out"))
                .containsExactly(
                        "img_emb/img_emb_00000.npy",
                        "img_emb/img_emb_00001.npy",
                        "metadata/metadata_00000.parquet",
                        "metadata/metadata_00001.parquet");
        for (int i = 0; i < 2; i++) {
            NumpyPair pair = NumpyPair.of(folder.resolve("out"), i);
            assertThat(pair.header()).isEqualTo("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 512), }");
            assertThat(pair.rows()).isEqualTo(floats("out", "part-0000" + i + ".parquet"));
            assertThat(pair.metadata().columns())
                    .containsExactly("image_path", "sha256", "label", "labelName", "width", "height");
            List<Row> metadata = pair.metadata().collectAsList();
            List<Row> rows = part("out", "part-0000" + i + ".parquet").collectAsList();
            for (int j = 0; j < 2; j++) {
                assertThat(Path.of(metadata.get(j).getString(0))).exists();
                assertThat("file:" + metadata.get(j).getString(0))
                        .isEqualTo(rows.get(j).getString(0));
                for (int column = 1; column < 6; column++) {
                    assertThat(metadata.get(j).get(column))
                            .isEqualTo(rows.get(j).get(column));
                }
            }
        }
        extract(pictures, "out", "maxRejectedFraction: 0.5\nnormalize: l2\noverwrite: true");
        assertThat(folder.resolve("out/clip-retrieval")).doesNotExist();
    }

    @Test
    void aTableThatIsThereGetsItsPairsWithoutRunningAnything() throws IOException {
        RunReport first = extract("out", "dtype: float16");
        assertThat(extract("out", "dtype: float16\nalso: clip-retrieval").startedAt())
                .isEqualTo(first.startedAt());
        NumpyPair pair = NumpyPair.of(folder.resolve("out"), 0);
        assertThat(pair.header()).isEqualTo("{'descr': '<f2', 'fortran_order': False, 'shape': (24, 512), }");
        ByteBuffer halves = ByteBuffer.allocate(24 * SmallRun.SIZE * 2);
        part("out", "part-00000.parquet").collectAsList().forEach(row -> halves.put(row.<byte[]>getAs("embedding")));
        assertThat(pair.values()).isEqualTo(halves.array());
        assertThat(ShardFixture.names(folder.resolve("out")))
                .containsExactly(
                        "clip-retrieval",
                        "embeddings",
                        "embeddings.json",
                        "events.jsonl",
                        "files",
                        "rejected",
                        "report.html",
                        "report.json");
        assertThat(extract("out", "dtype: float16").startedAt()).isEqualTo(first.startedAt());
    }

    @Test
    void pairsHoldOneEmbeddingOfAPicture() {
        assertThatThrownBy(() ->
                        extract("out", "outputs: {conv10_pool: embedding, fire9: embedding}\nalso: clip-retrieval"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "test.yaml:also: is clip-retrieval, which holds one embedding per picture, but outputs has 2;"
                                + " keep one embedding in outputs, or remove also");
    }

    private Dataset<Row> part(String output, String name) {
        return LocalSpark.session().read().parquet(folder + "/" + output + "/embeddings/" + name);
    }

    private List<List<Float>> floats(String output, String name) {
        return part(output, name).collectAsList().stream()
                .map(row -> row.<Float>getList(6))
                .map(List::copyOf)
                .toList();
    }

    private List<String> files(String output) throws IOException {
        Path root = folder.resolve(output).resolve("clip-retrieval");
        try (Stream<Path> found = Files.walk(root)) {
            return found.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .filter(name -> !name.endsWith(".crc"))
                    .sorted()
                    .toList();
        }
    }

    private void put(String name) throws IOException {
        Path file = folder.resolve("pictures").resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, Files.readAllBytes(shared.pictures().resolve(name)));
    }
}
