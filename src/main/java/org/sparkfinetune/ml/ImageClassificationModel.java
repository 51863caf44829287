package org.sparkfinetune.ml;

import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.jobs.run.JobContext;

/**
 * Adds to each row the predictions of a fine-tuned network for its picture: {@code rawPrediction} and
 * {@code probability} (dense vectors with a position for each label), {@code prediction} (the most probable label, a
 * double, for Spark's evaluators) and {@code predictedLabel} (its name). {@link ImageClassifier} creates it. A saved
 * model is a folder that contains the whole finetune run, except its checkpoints, under {@code run}: every job and
 * {@code scripts/submit show} can read it.
 *
 * <pre>
 * ImageClassificationModel model = ImageClassificationModel.load("hdfs:///models/flowers");
 * model.transform(spark.read().format("binaryFile").load("hdfs:///new").withColumnRenamed("content", "image"))
 *         .select("path", "predictedLabel", "probability")
 *         .show();
 * </pre>
 */
public final class ImageClassificationModel extends Model<ImageClassificationModel> implements MLWritable {
    private static final long serialVersionUID = 1L;

    private final String uid;
    private final String run;
    private final Classes classes;
    private final PictureParams pictures;
    private final PredictionParams predictions;

    /** @param run folder of the finetune run */
    ImageClassificationModel(String uid, String run, Classes classes) {
        this.uid = uid;
        this.run = run;
        this.classes = classes;
        this.pictures = PictureParams.of(this);
        this.predictions = PredictionParams.of(this);
        pictures.setDefaults(this);
        predictions.setDefaults(this);
    }

    @Override
    public String uid() {
        return uid;
    }

    /** Names of the classes, in the order of the network's output. */
    public String[] labels() {
        return classes.names().toArray(String[]::new);
    }

    /** Length of the vectors of probabilities. */
    public int numClasses() {
        return classes.vectorSize();
    }

    /** Folder of the run: {@code report.html}, {@code report.json}, {@code recipe.yaml}, {@code model/}. */
    public String runFolder() {
        return run;
    }

    /** Returns the label of each output. */
    Classes classes() {
        return classes;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema(), true);
        Dataset<Row> table = dataset.toDF();
        SharedNetwork network = SharedNetwork.classifier(
                new JobContext(table.sparkSession(), LoggedProgress.INSTANCE), run, pictures.engineOf(this));
        if (network.channels() != classes.labels().size()) {
            throw new BadDataException(
                    run,
                    "has a network that scores " + network.channels() + " classes, but the model knows "
                            + classes.labels().size() + "; save the model again");
        }
        return rows(table.schema()).through(network.engine(), table);
    }

    /** @throws org.sparkfinetune.check.InvalidRequestException when the columns are missing or of wrong types */
    @Override
    public StructType transformSchema(StructType schema) {
        return rows(schema).schema(schema);
    }

    private PictureRows rows(StructType schema) {
        int batchSize = (int) getOrDefault(predictions.inferenceBatchSize());
        return PictureRows.of(this, pictures, schema, predictions.output(this, classes), batchSize);
    }

    @Override
    public ImageClassificationModel copy(ParamMap extra) {
        ImageClassificationModel copy = new ImageClassificationModel(uid, run, classes);
        return copyValues(copy, extra).setParent(parent());
    }

    @Override
    public MLWriter write() {
        return new SavedPipelineModel.Writer(this);
    }

    /** Returns the reader of models saved by {@link #write}; Spark ML calls it by reflection. */
    public static MLReader<ImageClassificationModel> read() {
        return new SavedPipelineModel.Reader();
    }

    /** Equals {@code read().load(path)}. */
    public static ImageClassificationModel load(String path) {
        return read().load(path);
    }

    @Override
    public String toString() {
        return "ImageClassificationModel: uid=" + uid + ", run=" + new Path(run) + ", classes=" + List.of(labels());
    }

    /** Column of the pictures. */
    public Param<String> inputCol() {
        return pictures.inputCol();
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

    public ImageClassificationModel setInputCol(String value) {
        set(pictures.inputCol(), value);
        return this;
    }

    public ImageClassificationModel setEngine(String value) {
        set(pictures.engine(), value);
        return this;
    }

    public ImageClassificationModel setHandleInvalid(String value) {
        set(pictures.handleInvalid(), value);
        return this;
    }

    public ImageClassificationModel setRawPredictionCol(String value) {
        set(predictions.rawPredictionCol(), value);
        return this;
    }

    public ImageClassificationModel setProbabilityCol(String value) {
        set(predictions.probabilityCol(), value);
        return this;
    }

    public ImageClassificationModel setPredictionCol(String value) {
        set(predictions.predictionCol(), value);
        return this;
    }

    public ImageClassificationModel setPredictedLabelCol(String value) {
        set(predictions.predictedLabelCol(), value);
        return this;
    }

    public ImageClassificationModel setInferenceBatchSize(int value) {
        set(predictions.inferenceBatchSize(), value);
        return this;
    }
}
