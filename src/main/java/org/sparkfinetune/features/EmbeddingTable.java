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
import org.sparkfinetune.inference.forward.Outcome;

/**
 * A table with a row for each picture and a column for each output of the network, and the tables it is made from.
 *
 * @param columns in the order of the network's outputs
 */
public record EmbeddingTable(List<OutputColumn> columns) implements Serializable {
    /** Name of the picture while the table is made, see {@link PictureFile#key}. */
    public static final String KEY = "key";

    /** What a table says of a picture beside what the network made of it. */
    private static final StructType PICTURE = new StructType()
            .add(DatasetSchema.PATH, DataTypes.StringType)
            .add(DatasetSchema.SHA256, DataTypes.StringType)
            .add(DatasetSchema.LABEL, DataTypes.IntegerType)
            .add(DatasetSchema.LABEL_NAME, DataTypes.StringType)
            .add(DatasetSchema.WIDTH, DataTypes.IntegerType)
            .add(DatasetSchema.HEIGHT, DataTypes.IntegerType);

    /** The ledger: which pictures are in the table, or refused. {@code outcome} is KEPT or an error class. */
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

    /** Names of the columns beside those of outputs, and of those that are needed while the table is made. */
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

    /** What a task writes of a picture: outputs, or the reason why there are none. */
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

    /** A row of {@link #staged}. */
    public InternalRow row(Outcome<PictureSource> outcome) {
        PictureSource source = outcome.source();
        List<Object> values = new ArrayList<>();
        values.add(text(source.file().path()));
        if (outcome instanceof Outcome.Refused<PictureSource> refused) {
            values.add(text(source.sha256() == null ? refused.sha256() : source.sha256()));
            values.add(source.label());
            values.add(text(source.labelName()));
            values.add(null);
            values.add(null);
            columns.forEach(column -> values.add(null));
            values.add(text(refused.message()));
            values.add(text(refused.errorClass().name()));
        } else {
            Outcome.Done<PictureSource> done = (Outcome.Done<PictureSource>) outcome;
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
     * The finished table: the rows of {@link #staged} that have outputs.
     *
     * @param madeByName of the file that says how the table was made
     * @param madeBy its text, which Spark keeps in the footer of each Parquet file with the columns
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
     * Rows of {@link #staged} for pictures whose content has a row already.
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

    /** The column of this name, which may have dots. */
    public static Column quoted(String name) {
        return col("`" + name.replace("`", "``") + "`");
    }

    /** The table of what has none, {@link DatasetSchema#REJECTS}: the other rows of {@link #staged}. */
    public static Dataset<Row> rejected(Dataset<Row> staged) {
        Column length = when(col(DatasetSchema.LENGTH).geq(0), col(DatasetSchema.LENGTH));
        Dataset<Row> refused = staged.where(col(DatasetSchema.ERROR).isNotNull());
        return select(refused.withColumn(DatasetSchema.LENGTH, length), DatasetSchema.REJECTS);
    }

    /** Rows of {@link #LEDGER} of all rows of {@link #staged}. */
    public static Dataset<Row> ledger(Dataset<Row> staged) {
        Column outcome = coalesce(col(DatasetSchema.ERROR_CLASS), lit(FileOutcomes.KEPT));
        return select(staged.withColumn(DatasetSchema.OUTCOME, outcome), LEDGER);
    }

    private static Dataset<Row> select(Dataset<Row> rows, StructType columns) {
        return rows.select(
                Stream.of(columns.fieldNames()).map(name -> col(name)).toArray(Column[]::new));
    }
}
