package org.sparkfinetune.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.inference.engine.EngineChoice;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.SmallRun;

@Tag("spark")
class ImageEmbedderTest {
    private static final int SIZE = SmallRun.SIZE;

    @TempDir
    private Path folder;

    private static ImageEmbedder embedder() {
        return new ImageEmbedder()
                .setModelName(SmallRun.shared().run().toString())
                .setLayer(SmallRun.EMBEDDING)
                .setBatchSize(5);
    }

    private static Dataset<Row> pictures() {
        return PictureTables.labeled(SmallRun.shared().pictures());
    }

    private static Map<String, Vector> byPath(Dataset<Row> rows) {
        return rows.select("path", "embedding").collectAsList().stream()
                .collect(Collectors.toMap(row -> name(row.getString(0)), row -> row.getAs(1)));
    }

    private static String name(String path) {
        return path.substring(path.indexOf("/pictures/"));
    }

    @Test
    void givesWhatTheExtractJobGives() {
        SmallRun.job(
                """
                kind: extract
                input: "%s"
                model: "%s"
                layer: conv10_pool
                dtype: ml-vector
                output: "%s"
                """.formatted(SmallRun.shared().pictures(), SmallRun.shared().run(), folder.resolve("embeddings")));
        Dataset<Row> extracted = LocalSpark.session()
                .read()
                .parquet(folder.resolve("embeddings/embeddings").toString());

        Map<String, Vector> embedded = byPath(embedder().transform(pictures()));

        assertThat(embedded).hasSize(2 * SmallRun.PICTURES).isEqualTo(byPath(extracted));
    }

    @Test
    void bytesPixelsAndPathsGiveTheSame() {
        String files = SmallRun.shared().pictures().toString();
        Map<String, Vector> fromBytes = byPath(embedder().transform(pictures()));
        Dataset<Row> pixels = LocalSpark.session()
                .read()
                .format("image")
                .option("recursiveFileLookup", true)
                .load(files)
                .withColumn("path", col("image.origin"));
        Dataset<Row> paths = pictures().select("path");

        assertThat(byPath(embedder().transform(pixels))).isEqualTo(fromBytes);
        assertThat(byPath(embedder().setInputCol("path").transform(paths))).isEqualTo(fromBytes);
    }

    @Test
    void rowsKeepTheirColumnsTheirOrderAndWhatIsSaidOfThem() {
        Metadata unit = new MetadataBuilder().putString("unit", "none").build();
        Dataset<Row> table =
                pictures().withColumn("a.b", col("name").as("a.b", unit)).withColumn("none", lit(null));

        Dataset<Row> embedded = embedder().transform(table);

        assertThat(embedded.drop("embedding").collectAsList()).isEqualTo(table.collectAsList());
        assertThat(embedded.schema().apply("a.b").metadata()).isEqualTo(unit);
        assertThat(embedded.schema().fieldNames()).containsExactly("path", "image", "name", "a.b", "none", "embedding");
        assertThat(embedded.schema().apply("embedding").dataType()).isEqualTo(SQLDataTypes.VectorType());
        assertThat(AttributeGroup.fromStructField(embedded.schema().apply("embedding"))
                        .size())
                .isEqualTo(SIZE);
    }

    @Test
    void theSchemaIsToldBeforeAnythingIsDone() {
        StructType told = embedder().transformSchema(pictures().schema());
        StructType made = embedder().transform(pictures()).schema();

        assertThat(told.fieldNames()).isEqualTo(made.fieldNames());
        assertThat(Arrays.stream(told.fields()).map(field -> field.dataType()))
                .isEqualTo(Arrays.stream(made.fields())
                        .map(field -> field.dataType())
                        .toList());
    }

    @Test
    void parametersDecideTheVector() {
        Dataset<Row> one = pictures().limit(1);
        Vector plain = (Vector) embedder().transform(one).first().getAs("embedding");
        Vector unit =
                (Vector) embedder().setNormalize("l2").transform(one).first().getAs("embedding");
        Vector largest = (Vector) embedder()
                .setLayer(SmallRun.MAP)
                .setPooling("max")
                .setOutputCol("largest")
                .transform(one)
                .first()
                .getAs("largest");
        Vector flat = (Vector) embedder()
                .setLayer(SmallRun.MAP)
                .setPooling("flatten")
                .setEngine("dl4j")
                .transform(one)
                .first()
                .getAs("embedding");

        double length = Math.sqrt(Arrays.stream(plain.toArray()).map(x -> x * x).sum());
        assertThat(Arrays.stream(unit.toArray()).map(x -> x * x).sum()).isCloseTo(1, within(1e-5));
        assertThat(unit.apply(7) * length).isCloseTo(plain.apply(7), within(1e-5 * length));
        assertThat(largest.size()).isEqualTo(SIZE);
        assertThat(flat.size()).isEqualTo(SIZE * SmallRun.PLACES);
        assertThat(largest.apply(3))
                .isCloseTo(
                        Arrays.stream(flat.toArray(), 3 * SmallRun.PLACES, 4 * SmallRun.PLACES)
                                .max()
                                .orElseThrow(),
                        within(1e-2));
    }

    private static org.assertj.core.data.Offset<Double> within(double value) {
        return org.assertj.core.data.Offset.offset(value);
    }

    /** Rows with one picture each: complete, truncated, null, no bytes, a text. */
    private static Dataset<Row> damaged() {
        return pictures()
                .limit(5)
                .withColumn("number", org.apache.spark.sql.functions.monotonically_increasing_id())
                .withColumn(
                        "image",
                        when(col("number").equalTo(1), org.apache.spark.sql.functions.substring(col("image"), 1, 30))
                                .when(col("number").equalTo(2), lit(null))
                                .when(col("number").equalTo(3), lit(new byte[0]))
                                .when(col("number").equalTo(4), lit("not a picture".getBytes(StandardCharsets.UTF_8)))
                                .otherwise(col("image")))
                .coalesce(1);
    }

    @Test
    void aPictureThatCannotBeUsedIsAnErrorThatNamesIt() {
        assertThatThrownBy(() -> embedder().transform(damaged()).collectAsList())
                .rootCause()
                .hasMessageMatching(
                        "file:.*/blue/1\\.png: .*; handleInvalid = skip leaves such rows out, keep gives them nulls");
    }

    @Test
    void orItsRowIsLeftOutOrHasNulls() {
        List<Row> skipped =
                embedder().setHandleInvalid("skip").transform(damaged()).collectAsList();
        List<Row> kept =
                embedder().setHandleInvalid("keep").transform(damaged()).collectAsList();

        assertThat(skipped).hasSize(1);
        assertThat(kept).hasSize(5);
        assertThat(kept.stream().map(row -> row.getAs("embedding") == null))
                .containsExactly(false, true, true, true, true);
        assertThat(kept.get(0)).isEqualTo(skipped.get(0));
    }

    @Test
    void theSameNetworkIsPreparedOnceInAnApplication() {
        JobContext context = new JobContext(LocalSpark.session(), LoggedProgress.INSTANCE);
        String run = SmallRun.shared().run().toString();

        SharedNetwork first = SharedNetwork.embedding(context, run, SmallRun.EMBEDDING, EngineChoice.AUTO);

        assertThat(SharedNetwork.embedding(context, run, SmallRun.EMBEDDING, EngineChoice.AUTO))
                .isSameAs(first);
        assertThat(SharedNetwork.embedding(context, run, SmallRun.EMBEDDING, EngineChoice.DL4J))
                .isNotEqualTo(first);
        assertThat(first.engine().lasting()).isTrue();
    }

    @Test
    void wrongColumnsAreToldBeforeTheNetworkIsLoaded() {
        ImageEmbedder nowhere = embedder().setModelName("nowhere");

        assertThatThrownBy(() -> nowhere.setInputCol("imag").transform(pictures()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("inputCol: is imag, but the columns are [path, image, name]; did you mean \"image\"?");
        assertThatThrownBy(() -> nowhere.setInputCol("n")
                        .transform(LocalSpark.session().range(1).toDF("n")))
                .hasMessage(
                        "inputCol: is n, a column of bigint; allowed are binary, struct<bytes,path> and the struct of"
                                + " Spark's image reader, and string, the path of the picture");
        assertThatThrownBy(
                        () -> nowhere.setInputCol("image").setOutputCol("path").transform(pictures()))
                .hasMessage("column path: exists already; choose another name for the new one");
    }

    @Test
    void wrongParametersAreToldWhenTheyAreSet() {
        assertThatThrownBy(() -> embedder().setPooling("mean"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("parameter pooling given invalid value mean");
        assertThatThrownBy(() -> embedder().setBatchSize(0)).hasMessageContaining("batchSize");
        assertThatThrownBy(() -> embedder().setModelName("resnet5").transform(pictures()))
                .hasMessageContaining("is not a card of the model zoo")
                .hasMessageContaining("did you mean");
        assertThatThrownBy(() -> embedder().setLayer("conv10_pol").transform(pictures()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("layer: is \"conv10_pol\"")
                .hasMessageContaining("did you mean \"conv10_pool\"");
    }

    @Test
    void aCopyAndWhatWasSavedHaveAllParameters() throws Exception {
        ImageEmbedder original = embedder().setNormalize("l2").setHandleInvalid("keep");
        ParamMap other = new ParamMap().put(original.outputCol().w("vector"));

        ImageEmbedder copy = original.copy(other);
        original.write().overwrite().save(folder.resolve("saved").toString());
        ImageEmbedder loaded = ImageEmbedder.load(folder.resolve("saved").toString());

        assertThat(copy.uid()).isEqualTo(original.uid());
        assertThat(copy.getOrDefault(copy.outputCol())).isEqualTo("vector");
        assertThat(copy.getOrDefault(copy.normalize())).isEqualTo("l2");
        assertThat(loaded.uid()).isEqualTo(original.uid());
        assertThat(loaded.extractParamMap().toString())
                .isEqualTo(original.extractParamMap().toString());
        assertThat(original.params()).hasSize(9);
    }

    @Test
    void aStreamOfNewFilesIsEmbedded() throws Exception {
        Path arriving = Files.createDirectory(folder.resolve("arriving"));
        Dataset<Row> stream = LocalSpark.session()
                .readStream()
                .format("binaryFile")
                .schema(new StructType()
                        .add("path", DataTypes.StringType)
                        .add("modificationTime", DataTypes.TimestampType)
                        .add("length", DataTypes.LongType)
                        .add("content", DataTypes.BinaryType))
                .load(arriving.toString());
        StreamingQuery query = embedder()
                .setInputCol("content")
                .setHandleInvalid("skip")
                .transform(stream)
                .select("path", "embedding")
                .writeStream()
                .format("memory")
                .queryName("embedded")
                .start();
        try {
            for (int i = 0; i < 3; i++) {
                Files.copy(SmallRun.shared().pictures().resolve("red/" + i + ".png"), arriving.resolve(i + ".png"));
                Files.writeString(arriving.resolve(i + ".txt"), "no picture");
                query.processAllAvailable();
                assertThat(LocalSpark.session().table("embedded").count()).isEqualTo(i + 1);
            }
        } finally {
            query.stop();
        }
        Map<String, Vector> batch = byPath(embedder().transform(pictures()));
        for (Row row : LocalSpark.session().table("embedded").collectAsList()) {
            String file = Path.of(row.getString(0)).getFileName().toString();
            assertThat(row.<Vector>getAs(1)).isEqualTo(batch.get("/pictures/red/" + file));
        }
    }
}
