package org.sparkfinetune.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.crc32;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.testing.SharedFiles;

/** Real pictures, real weights, Spark's own cross validation: a typical first use. */
@Tag("spark")
@Tag("weights")
class FlowersPipelineTest {

    private static Dataset<Row> flowers;

    @TempDir
    private Path folder;

    @BeforeAll
    static void read() {
        Dataset<Row> photos = PictureTables.labeled(SharedFiles.require("data/flowers5x100"));
        flowers = new StringIndexer()
                .setInputCol("name")
                .setOutputCol("label")
                .fit(photos)
                .transform(photos)
                .where(crc32(col("image")).mod(5).equalTo(0))
                .cache();
        assertThat(flowers.count()).isBetween(60L, 140L);
    }

    private static CrossValidator crossValidator(PipelineStage estimator, ParamMap[] grid) {
        return new CrossValidator()
                .setEstimator(new Pipeline().setStages(new PipelineStage[] {estimator}))
                .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
                .setEstimatorParamMaps(grid)
                .setNumFolds(2)
                .setSeed(42);
    }

    @Test
    void anEmbedderBeforeALogisticRegressionIsCrossValidatedSavedAndLoaded() throws Exception {
        ImageEmbedder embedder = new ImageEmbedder().setNormalize("l2");
        LogisticRegression logistic =
                new LogisticRegression().setFeaturesCol(embedder.getOrDefault(embedder.outputCol()));
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(logistic.regParam(), new double[] {0.001, 10})
                .build();
        CrossValidator validator = crossValidator(embedder, grid)
                .setEstimator(new Pipeline().setStages(new PipelineStage[] {embedder, logistic}));

        CrossValidatorModel model = validator.fit(flowers);

        assertThat(model.avgMetrics()[0]).isGreaterThan(0.7).isGreaterThan(model.avgMetrics()[1]);
        OtherJvmPredictions.assertSame(model, flowers, folder);
    }

    @Test
    void aClassifierIsCrossValidatedSavedAndLoaded() throws Exception {
        ImageClassifier classifier = new ImageClassifier()
                .setEpochs(15)
                .setSettings(new String[] {"head={l2: 0, normalize: true}"})
                .setWorkDir(folder.resolve("work").toString());
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(classifier.learningRate(), new double[] {0.03, 1e-6})
                .build();

        CrossValidatorModel model = crossValidator(classifier, grid).fit(flowers);

        assertThat(model.avgMetrics()[0]).isGreaterThan(0.6).isGreaterThan(model.avgMetrics()[1]);
        OtherJvmPredictions.assertSame(model, flowers, folder);
    }
}
