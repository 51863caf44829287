package org.sparkfinetune.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.PictureTensor;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.MainProcess;
import org.sparkfinetune.testing.SharedFiles;
import org.sparkfinetune.testing.SmallRun;
import org.sparkfinetune.testing.TestPictures;
import org.sparkfinetune.zoo.card.Cards;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.WeightsSource;
import org.sparkfinetune.zoo.files.PretrainedNetwork;
import org.sparkfinetune.zoo.weights.WeightsCache;

/** A network that comes out of a Keras .h5 file, as it is and fine-tuned, by the command line. */
@Tag("process")
@Tag("spark")
class ResNet8JobsTest {
    private static final int EACH = 4;

    @TempDir
    private static Path shared;

    private static ModelCard card;

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeTheDatasetAndTheCard() throws IOException {
        NativeEngine.enable();
        Path h5 = SharedFiles.require("models/resnet8-cifar10.h5");
        card = Cards.withSources(ModelZoo.card("resnet8-cifar10"), Cards.pinnedPath(h5, WeightsSource.Format.KERAS_H5));
        Files.writeString(shared.resolve("card.yaml"), YamlFile.write(card));
        for (int i = 0; i < card.labels().size() * EACH; i++) {
            Path file = shared.resolve("pictures")
                    .resolve(card.labels().get(i / EACH))
                    .resolve(i + ".png");
            Files.createDirectories(file.getParent());
            Files.write(file, TestPictures.noise("png", 2 + i % 7, 2 + i % 5, i));
        }
        SmallRun.job("kind: shard\ninput: \"%s\"\noutput: \"%s\"\nsplits: {train: 0.5, validation: 0, test: 0.5}\n"
                .formatted(shared.resolve("pictures"), shared.resolve("dataset")));
    }

    @Test
    void aCardIsEvaluatedAsItIs() throws IOException, RejectedPictureException {
        run(evaluate(shared.resolve("card.yaml")));
        RunReport report = Reports.read(folder.resolve("evaluation").toString());
        assertThat(report.provenance().inputs().get("run"))
                .isEqualTo("resnet8-cifar10 " + card.weights().sources().get(0).sha256());
        assertThat(report.evaluation().examples()).isEqualTo(card.labels().size() * EACH / 2);
        long[] columns = new long[card.labels().size()];
        for (long[] row : report.evaluation().confusionMatrix()) {
            for (int i = 0; i < columns.length; i++) {
                columns[i] += row[i];
            }
        }
        assertThat(columns).as("how often each class was predicted").isEqualTo(byDeeplearning4j());
    }

    /** What Deeplearning4j makes of the pictures that are in the test split. */
    private long[] byDeeplearning4j() throws IOException, RejectedPictureException {
        ComputationGraph network =
                PretrainedNetwork.load(card, WeightsCache.of(environment()).fetch(card, line -> {}));
        PictureTensor tensor = new PictureTensor(card.input(), PictureLimits.DEFAULT);
        long[] predicted = new long[card.labels().size()];
        for (var row : LocalSpark.session()
                .read()
                .parquet(shared.resolve("dataset/split=test").toString())
                .collectAsList()) {
            float[] pixels = new float[tensor.floats()];
            tensor.write(row.<byte[]>getAs("image"), pixels, 0);
            INDArray picture = Nd4j.create(pixels, new long[] {1, 3, 32, 32}, 'c');
            predicted[network.outputSingle(picture).argMax(1).getInt(0)]++;
        }
        return predicted;
    }

    @Test
    void aHeadOfOtherClassesIsTrainedOnIt() throws IOException {
        run("""
                kind: finetune
                dataset: "%s"
                model: "%s"
                freezeUpTo: activation_4
                head: {hidden: 16, dropout: 0.25, labelSmoothing: 0.1}
                output: "%s"
                training: {epochs: 2, batchSizePerWorker: 4}
                """.formatted(shared.resolve("dataset"), shared.resolve("card.yaml"), folder.resolve("run")));
        RunReport.Training training =
                Reports.read(folder.resolve("run").toString()).training();
        assertThat(training.totalParameters()).isEqualTo(78_666 - 65 * 10 + 65 * 16 + 17 * 10);
        assertThat(training.epochs()).hasSize(2);
        run(evaluate(folder.resolve("run")));
    }

    private String evaluate(Path model) {
        return "kind: evaluate\nrun: \"%s\"\ndataset: \"%s\"\noutput: \"%s\"\n"
                .formatted(model, shared.resolve("dataset"), folder.resolve("evaluation"));
    }

    private Map<String, String> environment() {
        return Map.of("SPARK_FINETUNE_HOME", folder.resolve("home").toString());
    }

    private void run(String recipe) throws IOException {
        Path file = Files.writeString(folder.resolve("recipe.yaml"), recipe);
        MainProcess ended = MainProcess.run(environment(), "run", file.toString());
        assertThat(ended.code()).as(ended.err()).isZero();
    }
}
