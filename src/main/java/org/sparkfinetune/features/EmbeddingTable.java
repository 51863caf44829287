package org.sparkfinetune.features;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.FileOutcomes;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.inference.forward.PictureResult;

/**
 * A table with one row for each picture and one column for each output of the network, and the tables it is made from.
 *
 * @param columns in the order of the network's outputs
 */
public record EmbeddingTable(List<OutputColumn> columns) implements Serializable {
    /**
     * A column that holds embeddings.
     *
     * @param type type in which they are stored
     */
    public record EmbeddingColumn(String name, VectorType type) {}

    /** Column with a picture's unique name, used until the table is finished; see {@link PictureFile#key}. */
    public static final String KEY = "key";

    /** Columns that describe a picture, beside those of the network's outputs. */
    private static final StructType PICTURE = new StructType()
            .add(DatasetSchema.PATH, DataTypes.StringType)
            .add(DatasetSchema.SHA256, DataTypes.StringType)
            .add(DatasetSchema.LABEL, DataTypes.IntegerType)
            .add(DatasetSchema.LABEL_NAME, DataTypes.StringType)
            .add(DatasetSchema.WIDTH, DataTypes.IntegerType)
            .add(DatasetSchema.HEIGHT, DataTypes.IntegerType);

    /** The ledger: pictures that are in the table or were rejected. {@code outcome} is KEPT or an error class. */
    public static final StructType LEDGER = new StructType()
            .add(KEY, DataTypes.StringType)
            .add(DatasetSchema.PATH, DataTypes.StringType)
            .add(DatasetSchema.LENGTH, DataTypes.LongType)
            .add(DatasetSchema.VERSION, DataTypes.LongType)
            .add(DatasetSchema.LABEL, DataTypes.IntegerType)
            .add(DatasetSchema.LABEL_NAME, DataTypes.StringType)
            .add(DatasetSchema.GIVEN_SPLIT, DataTypes.StringType)
            .add(DatasetSchema.GROUP, DataTypes.StringType)
            .add(DatasetSchema.SHA256, DataTypes.StringType)
            .add(DatasetSchema.OUTCOME, DataTypes.StringType);

    public EmbeddingTable {
        columns = List.copyOf(columns);
    }

    /** Names of all columns that are not outputs, including those used only until the table is finished. */
    public static List<String> pictureColumns() {
        return List.of(new EmbeddingTable(List.of()).staged().fieldNames());
    }

    /** Schema of the finished table. */
    public StructType finishedType() {
        StructType schema = PICTURE;
        for (OutputColumn column : columns) {
            schema = schema.add(column.name(), column.type());
        }
        return schema;
    }

    /** Schema of the rows that tasks write: a picture's outputs, or the reason why there are none. */
    public StructType staged() {
        return finishedType()
                .add(DatasetSchema.ERROR, DataTypes.StringType)
                .add(DatasetSchema.ERROR_CLASS, DataTypes.StringType)
                .add(DatasetSchema.LENGTH, DataTypes.LongType)
                .add(DatasetSchema.VERSION, DataTypes.LongType)
                .add(DatasetSchema.GIVEN_SPLIT, DataTypes.StringType)
                .add(DatasetSchema.GROUP, DataTypes.StringType)
                .add(KEY, DataTypes.StringType);
    }

    /** Returns a row of {@link #staged}. */
    public InternalRow row(PictureResult<PictureSource> result) {
        PictureSource source = result.source();
        List<Object> values = new ArrayList<>();
        values.add(text(source.file().path()));
        if (result instanceof PictureResult.Rejected<PictureSource> rejected) {
            values.add(text(source.sha256() == null ? rejected.sha256() : source.sha256()));
            values.add(source.label());
            values.add(text(source.labelName()));
            values.add(null);
            values.add(null);
            columns.forEach(column -> values.add(null));
            values.add(text(rejected.message()));
            values.add(text(rejected.errorClass().name()));
        } else {
            PictureResult.Done<PictureSource> done = (PictureResult.Done<PictureSource>) result;
            values.add(text(source.sha256() == null ? done.sha256() : source.sha256()));
            values.add(source.label());
            values.add(text(source.labelName()));
            values.add(done.width());
            values.add(done.height());
            for (int i = 0; i < columns.size(); i++) {
                values.add(columns.get(i).value(done.activations()[i]));
            }
            values.add(null);
            values.add(null);
        }
        values.add(source.file().length());
        values.add(source.file().version());
        values.add(text(source.file().tags().split()));
        values.add(text(source.file().tags().group()));
        values.add(text(source.file().key()));
        return new GenericInternalRow(values.toArray());
    }

    private static UTF8String text(String value) {
        return value == null ? null : UTF8String.fromString(value);
    }

    /**
     * Returns the finished table: the rows of {@link #staged} that have outputs.
     *
     * @param madeByName name of the file that describes how the table was made
     * @param madeBy text of this file, which Spark keeps in the footer of each Parquet file with the columns
     */
    public Dataset<Row> finished(Dataset<Row> staged, String madeByName, String madeBy) {
        Metadata footer = new MetadataBuilder().putString(madeByName, madeBy).build();
        Stream<Column> picture = Stream.of(PICTURE.fieldNames()).map(name -> col(name));
        Stream<Column> outputs =
                columns.stream().map(column -> quoted(column.name()).as(column.name(), footer));
        return staged.where(col(DatasetSchema.ERROR).isNull())
                .select(Stream.concat(picture, outputs).toArray(Column[]::new));
    }

    /**
     * Returns rows of {@link #staged} for pictures whose content has a row already.
     *
     * @param pictures rows of {@link #LEDGER}
     * @param contents rows of {@link #finishedType}, one for each sha256
     */
    public Dataset<Row> stagedAgain(Dataset<Row> pictures, Dataset<Row> contents) {
        Dataset<Row> values = contents.drop(DatasetSchema.PATH, DatasetSchema.LABEL, DatasetSchema.LABEL_NAME);
        Column[] columnsOfRow = Stream.of(staged().fields())
                .map(field ->
                        field.name().equals(DatasetSchema.ERROR) || field.name().equals(DatasetSchema.ERROR_CLASS)
                                ? lit(null).cast(field.dataType()).as(field.name())
                                : quoted(field.name()))
                .toArray(Column[]::new);
        return pictures.join(values, DatasetSchema.SHA256).select(columnsOfRow);
    }

    /** Returns the column of this name, which may contain dots. */
    public static Column quoted(String name) {
        return col("`" + name.replace("`", "``") + "`");
    }

    /**
     * Returns the table of rejected pictures, {@link DatasetSchema#REJECTS}: the rows of {@link #staged} without
     * outputs.
     */
    public static Dataset<Row> rejected(Dataset<Row> staged) {
        Column length = when(col(DatasetSchema.LENGTH).geq(0), col(DatasetSchema.LENGTH));
        Dataset<Row> rejected = staged.where(col(DatasetSchema.ERROR).isNotNull());
        return select(rejected.withColumn(DatasetSchema.LENGTH, length), DatasetSchema.REJECTS);
    }

    /** Returns rows of {@link #LEDGER} for all rows of {@link #staged}. */
    public static Dataset<Row> ledger(Dataset<Row> staged) {
        Column outcome = coalesce(col(DatasetSchema.ERROR_CLASS), lit(FileOutcomes.KEPT));
        return select(staged.withColumn(DatasetSchema.OUTCOME, outcome), LEDGER);
    }

    private static Dataset<Row> select(Dataset<Row> rows, StructType columns) {
        return rows.select(
                Stream.of(columns.fieldNames()).map(name -> col(name)).toArray(Column[]::new));
    }
}
