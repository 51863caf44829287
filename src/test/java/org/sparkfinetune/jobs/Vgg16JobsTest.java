package org.sparkfinetune.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.PictureTensor;
import org.sparkfinetune.inference.engine.OnnxEngine;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.MainProcess;
import org.sparkfinetune.testing.Photos;
import org.sparkfinetune.zoo.card.Cards;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.WeightsSource;
import org.sparkfinetune.zoo.files.KerasFiles;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;

/**
 * VGG16 in full size through every job, each in a process of its own: 138 million random numbers, known because they
 * come from a seed, in both formats that its weights are published in. Takes minutes, 6 GB of memory and 8 GB of disk.
 */
@Tag("slow")
@TestMethodOrder(OrderAnnotation.class)
class Vgg16JobsTest {
    private static final ModelCard CARD = ModelZoo.card("vgg16");
    private static final int PICTURES = 8;
    private static final String HEAP = System.getProperty("vgg16.heap", "4g");
    private static final int EMBEDDING = 4096;
    private static final int CLASSES = Photos.CLASSES.size();
    private static final long HEAD = (EMBEDDING + 1L) * CLASSES;
    /** Without the head of a thousand classes. */
    private static final long BELOW_THE_HEAD = CARD.parameters() - (EMBEDDING + 1L) * 1000;

    private static final long FC1 = (7 * 7 * 512 + 1L) * EMBEDDING;
    private static final long FC2 = (EMBEDDING + 1L) * EMBEDDING;

    @TempDir
    private static Path folder;

    /** Embeddings by the picture's path below the pictures, of Deeplearning4j with nothing of ours around it. */
    private static final Map<String, float[]> EXPECTED = new HashMap<>();

    @BeforeAll
    static void writeWeightsAndPictures() throws IOException, RejectedPictureException {
        NativeEngine.enable();
        Photos.write(folder.resolve("pictures"), PICTURES);
        ComputationGraph original = Networks.build(CARD, 7);
        Path h5 = KerasFiles.write(folder.resolve("vgg16.h5"), original);
        Path zip = folder.resolve("vgg16.zip");
        ModelSerializer.writeModel(original, zip.toFile(), false);
        observe(NetworkCut.upTo(original, "fc2"));
        original.params().close();
        assertThat(Files.size(h5)).isGreaterThan(CARD.parameters() * Float.BYTES);
        writeCard("h5.yaml", h5, WeightsSource.Format.KERAS_H5);
        writeCard("zip.yaml", zip, WeightsSource.Format.DL4J_ZIP);
        run("""
                kind: shard
                input: "%s"
                output: "%s"
                splits: {train: 0.5, validation: 0.25, test: 0.25}
                """.formatted(folder.resolve("pictures"), dataset()));
    }

    private static void observe(ComputationGraph trunk) throws IOException, RejectedPictureException {
        PictureTensor tensor = new PictureTensor(CARD.input(), PictureLimits.DEFAULT);
        for (String name : Photos.CLASSES) {
            for (int i = 0; i < PICTURES; i++) {
                String path = name + "/" + i + ".jpg";
                float[] pixels = new float[tensor.floats()];
                tensor.write(Files.readAllBytes(folder.resolve("pictures").resolve(path)), pixels, 0);
                INDArray picture = Nd4j.create(pixels, new long[] {1, 3, 224, 224}, 'c');
                EXPECTED.put(path, trunk.outputSingle(picture).toFloatVector());
            }
        }
        trunk.params().close();
    }

    private static void writeCard(String name, Path weights, WeightsSource.Format format) throws IOException {
        ModelCard card = Cards.withSources(CARD, Cards.pinnedPath(weights, format));
        Files.writeString(folder.resolve(name), YamlFile.write(card));
    }

    /** Runs a recipe as a user does, with the heap that 120 million trained parameters need. */
    private static void run(String recipe) throws IOException {
        Path file = Files.writeString(folder.resolve("recipe.yaml"), recipe);
        Map<String, String> environment =
                Map.of("SPARK_FINETUNE_HOME", folder.resolve("home").toString(), "_JAVA_OPTIONS", "-Xmx" + HEAP);
        MainProcess ended = MainProcess.run(environment, "run", file.toString());
        assertThat(ended.code()).as(ended.err()).isZero();
    }

    private static Path dataset() {
        return folder.resolve("dataset");
    }

    private static RunReport report(String output) {
        return Reports.read(folder.resolve(output).toString());
    }

    @Test
    @Order(1)
    void thesePicturesWereRealPhotos() {
        Assumptions.assumeTrue(
                Photos.areReal(),
                "../shared/" + Photos.FLOWERS + " is not on this machine; generated pictures were used");
        assertThat(EXPECTED).hasSize(PICTURES * CLASSES);
    }

    @Test
    @Order(2)
    void bothFilesGiveTheSameEmbeddings() throws IOException {
        Map<String, float[]> h5 = extract(folder.resolve("h5.yaml"), "from-h5");
        Map<String, float[]> zip = extract(folder.resolve("zip.yaml"), "from-zip");
        assertThat(h5.keySet()).isEqualTo(EXPECTED.keySet());
        h5.forEach((path, embedding) -> {
            assertThat(embedding).as(path).hasSize(EMBEDDING).containsExactly(zip.get(path));
            assertThat(embedding)
                    .as("says something about " + path)
                    .isNotEqualTo(h5.get("daisy/0.jpg".equals(path) ? "roses/0.jpg" : "daisy/0.jpg"));
            assertClose(embedding, EXPECTED.get(path));
        });
    }

    private static void assertClose(float[] found, float[] expected) {
        float largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).isPositive();
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).isCloseTo(expected[i], within(1e-4f * largest));
        }
    }

    @Test
    @Order(3)
    void theHeadAloneIsTrained() throws IOException {
        finetune("head", "zip.yaml", "fc2", "{epochs: 20, batchSizePerWorker: 4, learningRate: 0.03}");
        RunReport.Training training = report("head").training();
        assertThat(training.trainableParameters()).isEqualTo(HEAD);
        assertThat(training.totalParameters()).isEqualTo(BELOW_THE_HEAD + HEAD);
        assertThat(training.examplesTrained()).isEqualTo(20 * 12);
        assertThat(training.epochs().get(19).loss())
                .isLessThan(training.epochs().get(0).loss());
        assertThat(extract(folder.resolve("head"), "from-head"))
                .as("what is frozen stays as it is, bit for bit")
                .usingRecursiveComparison()
                .isEqualTo(extract(folder.resolve("zip.yaml"), "from-zip"));
    }

    @Test
    @Order(4)
    void theModelOfTheRunIsEvaluated() throws IOException {
        run("kind: evaluate\nrun: \"%s\"\ndataset: \"%s\"\noutput: \"%s\"\n"
                .formatted(folder.resolve("head"), dataset(), folder.resolve("evaluation")));
        RunReport.Evaluation evaluation = report("evaluation").evaluation();
        assertThat(evaluation.examples()).isEqualTo(6);
        assertThat(evaluation.confusionMatrix()).hasDimensions(CLASSES, CLASSES);
    }

    @Test
    @Order(5)
    void theModelOfTheRunIsExported() throws IOException {
        run("kind: export\nmodel: \"%s\"\ninput: uint8\noutput: \"%s\"\n"
                .formatted(folder.resolve("head"), folder.resolve("export")));
        assertThat(report("export").provenance().engine())
                .matches(".* differs from Deeplearning4j by at most \\d\\.\\de-0[5-9] of the largest value on 3"
                        + " pictures");
        try (OnnxEngine engine = OnnxEngine.open(folder.resolve("export/model.onnx"), 2)) {
            assertThat(engine.metadata()).containsEntry("labels", "[\"daisy\",\"roses\",\"tulips\"]");
            float[] probabilities = engine.forward(new byte[CARD.input().floats()], 1)[0][0];
            assertThat(probabilities).hasSize(CLASSES);
            assertThat(probabilities[0] + probabilities[1] + probabilities[2]).isCloseTo(1, within(1e-5f));
        }
    }

    /** 120 million parameters are trained, averaged and written down. */
    @Test
    @Order(6)
    void theDenseLayersAreTrainedToo() throws IOException {
        finetune(
                "dense",
                "h5.yaml",
                "block5_pool",
                "{epochs: 1, batchSizePerWorker: 6, workers: 1, learningRate: 0.001, updater: sgd}");
        RunReport.Training training = report("dense").training();
        assertThat(training.trainableParameters()).isEqualTo(FC1 + FC2 + HEAD);
        assertThat(training.totalParameters()).isEqualTo(BELOW_THE_HEAD + HEAD);
        assertThat(training.examplesTrained()).isEqualTo(12);
        assertThat(training.epochs().get(0).loss()).isFinite();
        assertThat(extract(folder.resolve("dense"), "from-dense").get("daisy/0.jpg"))
                .hasSize(EMBEDDING)
                .isNotEqualTo(extract(folder.resolve("h5.yaml"), "from-h5").get("daisy/0.jpg"));
    }

    private static void finetune(String output, String card, String freezeUpTo, String training) throws IOException {
        run("""
                kind: finetune
                dataset: "%s"
                model: "%s"
                freezeUpTo: %s
                head: {normalize: true}
                output: "%s"
                training: %s
                """.formatted(dataset(), folder.resolve(card), freezeUpTo, folder.resolve(output), training));
    }

    private static Map<String, float[]> extract(Path model, String output) throws IOException {
        run("kind: extract\ninput: \"%s\"\nmodel: \"%s\"\nlayer: fc2\noutput: \"%s\"\n"
                .formatted(dataset(), model, folder.resolve(output)));
        Map<String, float[]> embeddings = new HashMap<>();
        for (Row row : LocalSpark.session()
                .read()
                .parquet(folder.resolve(output) + "/embeddings")
                .collectAsList()) {
            String path = row.getAs("path");
            List<Float> values = row.getList(row.fieldIndex("embedding"));
            float[] embedding = new float[values.size()];
            for (int i = 0; i < embedding.length; i++) {
                embedding[i] = values.get(i);
            }
            embeddings.put(path.substring(path.indexOf("/pictures/") + "/pictures/".length()), embedding);
        }
        return embeddings;
    }
}
