package org.sparkfinetune.ml;

import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.features.OutputColumn;
import org.sparkfinetune.features.Pooling;
import org.sparkfinetune.features.VectorType;
import org.sparkfinetune.jobs.run.JobContext;

/**
 * Adds to each row the embedding of its picture: a dense vector made from the activations of a layer of a pretrained
 * network. Works with any estimator of Spark ML, in a pipeline, on a table or on a stream.
 *
 * <pre>
 * Dataset&lt;Row&gt; pictures = spark.read().format("binaryFile").load("hdfs:///flowers");
 * new ImageEmbedder().setInputCol("content").setOutputCol("features")
 *         .transform(pictures)
 *         .select("path", "features").write().parquet("hdfs:///embeddings");
 * </pre>
 *
 * <p>Defaults: column {@code image} to {@code embedding}; model {@code resnet50} with its own embedding layer (2,048
 * values), averaged over positions, not normalized; 8 pictures in a forward pass; an unusable picture is an error.
 * {@link #transform} loads and tests the network. Rows are computed on demand, and again at each use: cache them, or
 * put a {@code CrossValidator} after the embedder, not around it.
 */
public final class ImageEmbedder extends Transformer implements DefaultParamsWritable {
    private static final long serialVersionUID = 1L;

    private static final String L2 = "l2";

    private final String uid;
    private final PictureParams pictures;
    private final Param<String> outputCol;
    private final Param<String> modelName;
    private final Param<String> layer;
    private final Param<String> pooling;
    private final Param<String> normalize;
    private final IntParam batchSize;

    /** Creates an embedder with a random uid. */
    public ImageEmbedder() {
        this(Identifiable$.MODULE$.randomUID("imageEmbedder"));
    }

    /** @param uid unique name in a pipeline */
    public ImageEmbedder(String uid) {
        this.uid = uid;
        this.pictures = PictureParams.of(this);
        this.outputCol = new Param<>(this, "outputCol", "new column of the embeddings, dense vectors");
        this.modelName = new Param<>(
                this,
                "modelName",
                "name of a card in model-zoo/, path of a card ending in .yaml, or folder of a finetune run");
        this.layer = new Param<>(
                this, "layer", "layer whose activations are the embedding; empty for the card's" + " embedding layer");
        this.pooling = new Param<>(
                this,
                "pooling",
                "reduction of a layer with a value for each position of the picture: avg, max, gem or flatten",
                ParamValidators.inArray(PictureParams.names(Pooling.values())));
        this.normalize = new Param<>(
                this,
                "normalize",
                "none, or l2: every embedding gets Euclidean length 1",
                ParamValidators.inArray(List.of("none", L2)));
        this.batchSize = PictureParams.count(this, "batchSize", "pictures in one forward pass");
        pictures.setDefaults(this);
        setDefault(outputCol, "embedding");
        setDefault(modelName, "resnet50");
        setDefault(layer, "");
        setDefault(pooling, "avg");
        setDefault(normalize, "none");
        setDefault(batchSize, 8);
    }

    @Override
    public String uid() {
        return uid;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        transformSchema(dataset.schema(), true);
        Dataset<Row> table = dataset.toDF();
        SharedNetwork network = SharedNetwork.embedding(
                new JobContext(table.sparkSession(), LoggedProgress.INSTANCE),
                getOrDefault(modelName),
                getOrDefault(layer),
                pictures.engineOf(this));
        Pooling pooled = Pooling.valueOf(getOrDefault(pooling).toUpperCase(Locale.ROOT));
        EmbeddingOutput output = output(pooled, network.channels(), pooled == Pooling.FLATTEN ? 0 : network.channels());
        return rows(table.schema(), output).through(network.engine(), table);
    }

    /** @throws org.sparkfinetune.check.InvalidRequestException when the columns are missing or of wrong types */
    @Override
    public StructType transformSchema(StructType schema) {
        return rows(schema, output(Pooling.AVG, 1, 0)).schema(schema);
    }

    private EmbeddingOutput output(Pooling pooled, int channels, int size) {
        return new EmbeddingOutput(
                new OutputColumn.Embedding(
                        getOrDefault(outputCol),
                        getOrDefault(layer),
                        channels,
                        pooled,
                        getOrDefault(normalize).equals(L2),
                        VectorType.ML_VECTOR),
                size);
    }

    private PictureRows rows(StructType schema, EmbeddingOutput output) {
        return PictureRows.of(this, pictures, schema, output, (int) getOrDefault(batchSize));
    }

    @Override
    public ImageEmbedder copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    /** Returns the reader of embedders saved by {@link #write}; Spark ML calls it by reflection. */
    public static MLReader<ImageEmbedder> read() {
        return new DefaultParamsReader<>();
    }

    /** Equals {@code read().load(path)}. */
    public static ImageEmbedder load(String path) {
        return read().load(path);
    }

    /** Column of the pictures. */
    public Param<String> inputCol() {
        return pictures.inputCol();
    }

    /** The network. */
    public Param<String> modelName() {
        return modelName;
    }

    /** Engine that runs the network. */
    public Param<String> engine() {
        return pictures.engine();
    }

    /** Treatment of rows without a usable picture. */
    public Param<String> handleInvalid() {
        return pictures.handleInvalid();
    }

    /** New column of the embeddings. */
    public Param<String> outputCol() {
        return outputCol;
    }

    /** Layer whose activations are the embedding. */
    public Param<String> layer() {
        return layer;
    }

    /** Reduction of a layer with a value for each position. */
    public Param<String> pooling() {
        return pooling;
    }

    /** Normalization of the length of an embedding. */
    public Param<String> normalize() {
        return normalize;
    }

    /** Pictures in one forward pass. */
    public IntParam batchSize() {
        return batchSize;
    }

    public ImageEmbedder setInputCol(String value) {
        set(inputCol(), value);
        return this;
    }

    public ImageEmbedder setOutputCol(String value) {
        set(outputCol, value);
        return this;
    }

    public ImageEmbedder setModelName(String value) {
        set(modelName, value);
        return this;
    }

    public ImageEmbedder setLayer(String value) {
        set(layer, value);
        return this;
    }

    public ImageEmbedder setPooling(String value) {
        set(pooling, value);
        return this;
    }

    public ImageEmbedder setNormalize(String value) {
        set(normalize, value);
        return this;
    }

    public ImageEmbedder setBatchSize(int value) {
        set(batchSize, value);
        return this;
    }

    public ImageEmbedder setEngine(String value) {
        set(engine(), value);
        return this;
    }

    public ImageEmbedder setHandleInvalid(String value) {
        set(handleInvalid(), value);
        return this;
    }

    /**
     * One column with a dense vector.
     *
     * @param embedding turns the activations into the vector
     * @param size length of the vector; 0 when it is not known yet
     */
    private record EmbeddingOutput(OutputColumn.Embedding embedding, int size) implements PictureOutput {
        private static final long serialVersionUID = 1L;

        @Override
        public List<StructField> fields() {
            // Given the size, estimators such as trees need not embed a picture to learn the length of the vectors.
            AttributeGroup group =
                    size == 0 ? new AttributeGroup(embedding.name()) : new AttributeGroup(embedding.name(), size);
            return List.of(new StructField(embedding.name(), SQLDataTypes.VectorType(), false, group.toMetadata()));
        }

        @Override
        public Object[] values(float[] activations) {
            float[] vector = embedding.vector(activations);
            double[] values = new double[vector.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = vector[i];
            }
            return new Object[] {Vectors.dense(values)};
        }
    }
}
