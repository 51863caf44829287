package org.sparkfinetune.features;

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
     * What Spark keeps in the footer of each Parquet file with the column {@link #EMBEDDING}: how it was made.
     *
     * @param madeBy text of {@code embeddings.json}
     */
    public static Metadata footer(String madeBy) {
        return new MetadataBuilder().putString("embeddings.json", madeBy).build();
    }

    /** Columns of the finished table, in order. */
    public static String[] columns() {
        return new String[] {
            DatasetSchema.PATH,
            DatasetSchema.SHA256,
            DatasetSchema.LABEL,
            DatasetSchema.LABEL_NAME,
            DatasetSchema.WIDTH,
            DatasetSchema.HEIGHT,
            EMBEDDING
        };
    }

    /** Columns of the table of rejected pictures, in order. */
    public static String[] rejectedColumns() {
        return DatasetSchema.REJECTS.fieldNames();
    }
}
