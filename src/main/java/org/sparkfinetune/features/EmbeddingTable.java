package org.sparkfinetune.features;

import static org.apache.spark.sql.functions.col;

import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.inference.Outcome;

/** The columns of the embeddings table, and of the one it is made from. */
public final class EmbeddingTable {
    public static final String EMBEDDING = "embedding";

    /** One picture as a task writes it: an embedding, or the reason why there is none. */
    public static final StructType STAGED = new StructType()
            .add(DatasetSchema.PATH, DataTypes.StringType)
            .add(DatasetSchema.SHA256, DataTypes.StringType)
            .add(DatasetSchema.LABEL, DataTypes.IntegerType)
            .add(DatasetSchema.LABEL_NAME, DataTypes.StringType)
            .add(DatasetSchema.WIDTH, DataTypes.IntegerType)
            .add(DatasetSchema.HEIGHT, DataTypes.IntegerType)
            .add(EMBEDDING, DataTypes.createArrayType(DataTypes.FloatType, false))
            .add(DatasetSchema.ERROR, DataTypes.StringType)
            .add(DatasetSchema.ERROR_CLASS, DataTypes.StringType)
            .add(DatasetSchema.LENGTH, DataTypes.LongType);

    private EmbeddingTable() {}

    /** A row of {@link #STAGED}. The first layer's activations are the embedding. */
    public static Row row(Outcome<PictureSource> outcome) {
        PictureSource source = outcome.source();
        if (outcome instanceof Outcome.Refused<PictureSource> refused) {
            return RowFactory.create(
                    source.file().path(),
                    source.sha256() == null ? refused.sha256() : source.sha256(),
                    source.label(),
                    source.labelName(),
                    null,
                    null,
                    null,
                    refused.message(),
                    refused.errorClass().name(),
                    source.file().length());
        }
        Outcome.Done<PictureSource> done = (Outcome.Done<PictureSource>) outcome;
        return RowFactory.create(
                source.file().path(),
                source.sha256() == null ? done.sha256() : source.sha256(),
                source.label(),
                source.labelName(),
                done.width(),
                done.height(),
                done.activations()[0],
                null,
                null,
                source.file().length());
    }

    /**
     * The finished table: the rows of {@link #STAGED} that have an embedding.
     *
     * @param madeBy text of {@code embeddings.json}, which Spark keeps in the footer of each Parquet file with the column
     */
    public static Dataset<Row> embeddings(Dataset<Row> staged, String madeBy) {
        Metadata footer =
                new MetadataBuilder().putString("embeddings.json", madeBy).build();
        return staged.where(col(DatasetSchema.ERROR).isNull())
                .select(
                        col(DatasetSchema.PATH),
                        col(DatasetSchema.SHA256),
                        col(DatasetSchema.LABEL),
                        col(DatasetSchema.LABEL_NAME),
                        col(DatasetSchema.WIDTH),
                        col(DatasetSchema.HEIGHT),
                        col(EMBEDDING).as(EMBEDDING, footer));
    }

    /** The table of what has none, {@link DatasetSchema#REJECTS}: the other rows of {@link #STAGED}. */
    public static Dataset<Row> rejected(Dataset<Row> staged) {
        Column[] columns = Stream.of(DatasetSchema.REJECTS.fieldNames())
                .map(name -> col(name))
                .toArray(Column[]::new);
        return staged.where(col(DatasetSchema.ERROR).isNotNull()).select(columns);
    }
}
