package org.sparkfinetune.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.SmallRun;

@Tag("spark")
class ImageClassifierTest {
    /** The fits of these tests share the activations of the frozen layers. */
    @TempDir
    private static Path work;

    private static Dataset<Row> pictures;

    @TempDir
    private Path folder;

    @BeforeAll
    static void read() {
        pictures = PictureTables.labeled(SmallRun.shared().pictures())
                .withColumn("label", when(col("name").equalTo("red"), 3).otherwise(1))
                .cache();
    }

    /** Other tests count everything that this Spark session keeps. */
    @AfterAll
    static void forget() {
        pictures.unpersist(true);
    }

    /** The network is random before training, so no weights are fetched. */
    private static ImageClassifier classifier() {
        return new ImageClassifier()
                .setModelName("squeezenet")
                .setFreezeUpTo("fire9")
                .setSettings(new String[] {"weights=random", "head={l2: 0, normalize: true}"})
                .setEpochs(4)
                .setBatchSize(4)
                .setLearningRate(0.05)
                .setValidationFraction(0.25)
                .setWorkDir(work.toString());
    }

    @Test
    void numbersStayTheLabelsThatTheyAreAndEvaluatorsUnderstandThem() {
        // SqueezeNet with random weights does not tell the colors apart.
        ImageClassificationModel model =
                classifier().setModelName("resnet50").setFreezeUpTo("avgpool").fit(pictures);

        Dataset<Row> predicted = model.transform(pictures).cache();

        assertThat(predicted.schema().fieldNames())
                .containsExactly(
                        "path",
                        "image",
                        "name",
                        "label",
                        "rawPrediction",
                        "probability",
                        "prediction",
                        "predictedLabel");
        assertThat(model.labels()).containsExactly("1", "3");
        assertThat(model.numClasses()).isEqualTo(4);
        assertThat(model.parent()).isInstanceOf(ImageClassifier.class);
        for (Row row : predicted.collectAsList()) {
            Vector probability = row.getAs("probability");
            Vector raw = row.getAs("rawPrediction");
            int label = (int) row.<Double>getAs("prediction").doubleValue();
            assertThat(probability.size()).isEqualTo(4);
            assertThat(probability.apply(0) + probability.apply(2)).isZero();
            assertThat(probability.apply(1) + probability.apply(3))
                    .isCloseTo(1, org.assertj.core.data.Offset.offset(1e-5));
            assertThat(label)
                    .isEqualTo(probability.argmax())
                    .isEqualTo(raw.argmax())
                    .isIn(1, 3);
            assertThat(row.<String>getAs("predictedLabel")).isEqualTo(String.valueOf(label));
        }
        assertThat(new MulticlassClassificationEvaluator()
                        .setMetricName("accuracy")
                        .evaluate(predicted))
                .isEqualTo(1);
        assertThat(new MulticlassClassificationEvaluator()
                        .setMetricName("logLoss")
                        .evaluate(predicted))
                .isLessThan(0.7);
        predicted.unpersist(true);
    }

    @Test
    void theRunIsOneOfOursAndTheSameFitFindsItAgain() throws Exception {
        ImageClassificationModel model = classifier().fit(pictures);
        RunReport report = Reports.read(model.runFolder());
        List<Path> before = SmallRun.below(work);

        ImageClassificationModel again = classifier().fit(pictures.repartition(3));

        assertThat(report.kind()).isEqualTo("finetune");
        assertThat(report.training().epochs()).hasSize(4);
        assertThat(report.data().perSplit()).containsEntry("train", 18L).containsEntry("validation", 6L);
        assertThat(again.runFolder()).isEqualTo(model.runFolder());
        assertThat(Reports.read(again.runFolder()).startedAt()).isEqualTo(report.startedAt());
        assertThat(SmallRun.below(work)).isEqualTo(before);
    }

    @Test
    void aColumnMayTellWhatIsForValidation() {
        Dataset<Row> told = pictures.withColumn("held", col("path").rlike("/[0-3]\\.png$"));

        ImageClassificationModel model =
                classifier().setEpochs(1).setValidationIndicatorCol("held").fit(told);

        assertThat(Reports.read(model.runFolder()).data().perSplit())
                .containsEntry("train", 16L)
                .containsEntry("validation", 8L);
    }

    @Test
    @Tag("process")
    void aPipelineWithNamedLabelsIsTheSameInAnotherJvm() throws Exception {
        StringIndexer indexer =
                new StringIndexer().setInputCol("name").setOutputCol("index").setStringOrderType("alphabetDesc");
        ImageClassifier classifier =
                classifier().setEpochs(2).setLabelCol("index").setPredictedLabelCol("said");
        IndexToString names = new IndexToString().setInputCol("prediction").setOutputCol("named");

        PipelineModel model = new Pipeline()
                .setStages(new PipelineStage[] {indexer, classifier, names})
                .fit(pictures);

        assertThat(((ImageClassificationModel) model.stages()[1]).labels()).containsExactly("red", "blue");
        for (Row row : model.transform(pictures).collectAsList()) {
            assertThat(row.<String>getAs("named")).isEqualTo(row.<String>getAs("said"));
        }
        OtherJvmPredictions.assertSame(model, pictures, folder);
        try (Stream<Path> stages = Files.list(folder.resolve("model/stages"))) {
            Path saved = stages.filter(stage -> stage.toString().contains("imageClassifier"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Reports.read(saved.resolve("run").toString()).status()).isEqualTo("done");
            assertThat(saved.resolve("run/checkpoints")).doesNotExist();
        }
    }

    @Test
    void textMayBeTheLabelAndColumnsMayBeLeftOut() throws Exception {
        ImageClassificationModel model = classifier()
                .setEpochs(1)
                .setLabelCol("name")
                .setRawPredictionCol("")
                .setProbabilityCol("")
                .fit(pictures);
        model.write().overwrite().save(folder.resolve("saved").toString());
        ImageClassificationModel loaded =
                ImageClassificationModel.load(folder.resolve("saved").toString());

        assertThat(model.labels()).containsExactly("blue", "red");
        assertThat(loaded.transform(pictures.drop("name", "label")).schema().fieldNames())
                .containsExactly("path", "image", "prediction", "predictedLabel");
        assertThat(loaded.uid()).isEqualTo(model.uid());
        assertThat(loaded.extractParamMap().toString())
                .isEqualTo(model.extractParamMap().toString());
        ImageClassificationModel copy =
                loaded.copy(new ParamMap().put(loaded.predictionCol().w("p")));
        assertThat(copy.transform(pictures).schema().fieldNames()).endsWith("p", "predictedLabel");
    }

    @Test
    void wrongColumnsAndSettingsAreToldBeforeAnyPictureIsRead() {
        Dataset<Row> unreadable = pictures.withColumn(
                "image",
                org.apache
                        .spark
                        .sql
                        .functions
                        .raise_error(org.apache.spark.sql.functions.lit("read"))
                        .cast("binary"));

        assertThatThrownBy(() -> classifier().setLabelCol("lable").fit(unreadable))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "labelCol: is lable, but the columns are [path, image, name, label]; did you mean \"label\"?");
        assertThatThrownBy(() -> classifier().setLabelCol("image").fit(unreadable))
                .hasMessage("labelCol: is image, a column of binary; allowed are numbers (0, 1, 2, …) and text");
        assertThatThrownBy(() -> classifier().setValidationIndicatorCol("label").fit(unreadable))
                .hasMessage("validationIndicatorCol: is label, a column of int; allowed is boolean");
        assertThatThrownBy(() -> classifier().setFreezeUpTo("fir9").fit(unreadable))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("ImageClassifier:freezeUpTo: \"fir9\" is not a freeze point of squeezenet");
        assertThatThrownBy(() -> classifier()
                        .setModelName("squeezenet")
                        .setFreezeUpTo("fire9")
                        .setSettings(new String[] {"training.shedule.kind=cosine"})
                        .fit(unreadable))
                .hasMessageContaining("ImageClassifier:training.shedule: is not a key")
                .hasMessageContaining("did you mean \"schedule\"?");
        assertThatThrownBy(() ->
                        classifier().setSettings(new String[] {"output=here"}).fit(unreadable))
                .hasMessage(
                        "settings: has \"output=here\", allowed is KEY=VALUE, such as training.schedule.kind=cosine,"
                                + " for any key of a finetune recipe except [kind, dataset, output]");
        assertThatThrownBy(() -> classifier().setEpochs(0)).hasMessageContaining("epochs");
    }

    @Test
    void rowsWithoutALabelAreRefusedAndCounted() {
        Dataset<Row> halves = pictures.withColumn(
                "label", when(col("path").rlike("/[0-2]\\.png$"), 1.5).otherwise(col("label")));

        assertThatThrownBy(() -> classifier().fit(halves))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining(": 6 of 24 pictures were rejected (6 NO_LABEL), but maxRejectedFraction is 0.05");
    }

    @Test
    void theEstimatorItselfIsSavedAndLoaded() throws Exception {
        ImageClassifier original = classifier().setWorkers(3).setHandleInvalid("skip");

        original.write().overwrite().save(folder.resolve("estimator").toString());
        ImageClassifier loaded = new DefaultParamsReader<ImageClassifier>()
                .load(folder.resolve("estimator").toString());

        assertThat(loaded.getOrDefault(loaded.settings())).isEqualTo(original.getOrDefault(original.settings()));
        assertThat(loaded.getOrDefault(loaded.workers())).isEqualTo(3);
        assertThat(loaded.params()).hasSize(21);
        assertThat(original.copy(ParamMap.empty()).extractParamMap().size())
                .isEqualTo(original.extractParamMap().size());
        assertThat(LocalSpark.session().sparkContext().getPersistentRDDs().size())
                .isLessThan(3);
    }
}
