package org.sparkfinetune.ml;

import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Fine-tunes a pretrained network on a table of labeled pictures: Spark ML's interface to {@code kind: shard} and
 * {@code kind: finetune}. Labels are text, or whole numbers from 0 as StringIndexer makes them (their names are taken
 * from the column). Identical pictures are trained on once.
 *
 * <pre>
 * ImageClassificationModel model = new ImageClassifier()
 *         .setInputCol("image").setLabelCol("label").setEpochs(10)
 *         .fit(training);
 * model.transform(test).select("prediction", "probability").show();
 * </pre>
 *
 * <p>A killed fit that is run again on the same pictures with the same parameters resumes from its last checkpoint if
 * {@link #workDir} is a permanent folder. Fits on the same pictures share the activations of the frozen layers.
 */
public final class ImageClassifier extends Estimator<ImageClassificationModel> implements DefaultParamsWritable {
    private static final long serialVersionUID = 1L;

    private final String uid;
    private final PictureParams pictures;
    private final PredictionParams predictions;
    private final TrainingParams training;

    /** Creates a classifier with a random uid. */
    public ImageClassifier() {
        this(Identifiable$.MODULE$.randomUID("imageClassifier"));
    }

    /** @param uid unique name in a pipeline */
    public ImageClassifier(String uid) {
        this.uid = uid;
        this.pictures = PictureParams.of(this);
        this.predictions = PredictionParams.of(this);
        this.training = TrainingParams.of(this);
        pictures.setDefaults(this);
        predictions.setDefaults(this);
        training.setDefaults(this);
    }

    @Override
    public String uid() {
        return uid;
    }

    /**
     * Trains a model.
     *
     * @throws org.sparkfinetune.check.FinetuneException when columns, parameters, pictures or weights are wrong
     */
    @Override
    public ImageClassificationModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema(), true);
        Fitting.Fitted fitted = new Fitting(this, pictures, training, predictions).fit(dataset.toDF());
        ImageClassificationModel model = new ImageClassificationModel(uid, fitted.run(), fitted.classes());
        return copyValues(model, ParamMap.empty()).setParent(this);
    }

    /** @throws org.sparkfinetune.check.InvalidRequestException when the columns are missing or of wrong types */
    @Override
    public StructType transformSchema(StructType schema) {
        LabelColumn.of(schema, getOrDefault(training.labelCol()));
        Fitting.requireIndicator(schema, getOrDefault(training.validationIndicatorCol()));
        return PictureRows.of(this, pictures, schema, predictions.output(this, Classes.unknown()), 1)
                .schema(schema);
    }

    @Override
    public ImageClassifier copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    /** Returns the reader of classifiers saved by {@link #write}; Spark ML calls it by reflection. */
    public static MLReader<ImageClassifier> read() {
        return new DefaultParamsReader<>();
    }

    /** Equals {@code read().load(path)}. */
    public static ImageClassifier load(String path) {
        return read().load(path);
    }

    /** Column of the pictures. */
    public Param<String> inputCol() {
        return pictures.inputCol();
    }

    /** Column of the labels. */
    public Param<String> labelCol() {
        return training.labelCol();
    }

    /** The network to start from. */
    public Param<String> modelName() {
        return training.modelName();
    }

    /** Last frozen layer. */
    public Param<String> freezeUpTo() {
        return training.freezeUpTo();
    }

    /** Passes over the pictures. */
    public IntParam epochs() {
        return training.epochs();
    }

    /** Pictures in a worker's minibatch. */
    public IntParam batchSize() {
        return training.batchSize();
    }

    /** Step size of the optimizer, for the head. */
    public DoubleParam learningRate() {
        return training.learningRate();
    }

    /** Number of workers that train in parallel. */
    public IntParam workers() {
        return training.workers();
    }

    /** Seed of split, order, initial weights and dropout. */
    public LongParam seed() {
        return training.seed();
    }

    /** Fraction of the pictures that is used to choose the best epoch. */
    public DoubleParam validationFraction() {
        return training.validationFraction();
    }

    /** Column that marks these pictures. */
    public Param<String> validationIndicatorCol() {
        return training.validationIndicatorCol();
    }

    /** Fraction of the pictures that may be unusable in {@link #fit}. */
    public DoubleParam maxRejectedFraction() {
        return training.maxRejectedFraction();
    }

    /** Any other key of the recipe. */
    public StringArrayParam settings() {
        return training.settings();
    }

    /** Folder where fits keep datasets, activations and runs. */
    public Param<String> workDir() {
        return training.workDir();
    }

    /** Engine that runs frozen layers. */
    public Param<String> engine() {
        return pictures.engine();
    }

    /** Treatment of rows without a usable picture. */
    public Param<String> handleInvalid() {
        return pictures.handleInvalid();
    }

    /** New column: logarithms of the probabilities. */
    public Param<String> rawPredictionCol() {
        return predictions.rawPredictionCol();
    }

    /** New column: probabilities, by label. */
    public Param<String> probabilityCol() {
        return predictions.probabilityCol();
    }

    /** New column: the most probable label. */
    public Param<String> predictionCol() {
        return predictions.predictionCol();
    }

    /** New column: its name. */
    public Param<String> predictedLabelCol() {
        return predictions.predictedLabelCol();
    }

    /** Pictures in one forward pass. */
    public IntParam inferenceBatchSize() {
        return predictions.inferenceBatchSize();
    }

    public ImageClassifier setInputCol(String value) {
        set(pictures.inputCol(), value);
        return this;
    }

    public ImageClassifier setLabelCol(String value) {
        set(training.labelCol(), value);
        return this;
    }

    public ImageClassifier setModelName(String value) {
        set(training.modelName(), value);
        return this;
    }

    public ImageClassifier setFreezeUpTo(String value) {
        set(training.freezeUpTo(), value);
        return this;
    }

    public ImageClassifier setEpochs(int value) {
        set(training.epochs(), value);
        return this;
    }

    public ImageClassifier setBatchSize(int value) {
        set(training.batchSize(), value);
        return this;
    }

    public ImageClassifier setLearningRate(double value) {
        set(training.learningRate(), value);
        return this;
    }

    public ImageClassifier setWorkers(int value) {
        set(training.workers(), value);
        return this;
    }

    public ImageClassifier setSeed(long value) {
        set(training.seed(), value);
        return this;
    }

    public ImageClassifier setValidationFraction(double value) {
        set(training.validationFraction(), value);
        return this;
    }

    public ImageClassifier setValidationIndicatorCol(String value) {
        set(training.validationIndicatorCol(), value);
        return this;
    }

    public ImageClassifier setMaxRejectedFraction(double value) {
        set(training.maxRejectedFraction(), value);
        return this;
    }

    public ImageClassifier setSettings(String[] value) {
        set(training.settings(), value);
        return this;
    }

    public ImageClassifier setWorkDir(String value) {
        set(training.workDir(), value);
        return this;
    }

    public ImageClassifier setEngine(String value) {
        set(pictures.engine(), value);
        return this;
    }

    public ImageClassifier setHandleInvalid(String value) {
        set(pictures.handleInvalid(), value);
        return this;
    }

    public ImageClassifier setRawPredictionCol(String value) {
        set(predictions.rawPredictionCol(), value);
        return this;
    }

    public ImageClassifier setProbabilityCol(String value) {
        set(predictions.probabilityCol(), value);
        return this;
    }

    public ImageClassifier setPredictionCol(String value) {
        set(predictions.predictionCol(), value);
        return this;
    }

    public ImageClassifier setPredictedLabelCol(String value) {
        set(predictions.predictedLabelCol(), value);
        return this;
    }

    public ImageClassifier setInferenceBatchSize(int value) {
        set(predictions.inferenceBatchSize(), value);
        return this;
    }
}
