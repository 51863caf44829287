package org.sparkfinetune.features.similar;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Suggestion;
import org.sparkfinetune.data.dataset.DatasetSchema;

/**
 * The column of a table that contains the vectors: arrays of floats, or dense vectors of Spark ML, which are read as
 * the structs that Parquet stores.
 *
 * @param name of the column
 * @param stored type of the column in the files
 */
public record VectorColumn(String name, DataType stored) {
    /** Name of the column in {@link #vectors}. */
    static final String VECTOR = "vector";

    private static final DataType FLOATS = DataTypes.createArrayType(DataTypes.FloatType);
    private static final StructType ML_VECTOR = new StructType()
            .add("type", DataTypes.ByteType)
            .add("size", DataTypes.IntegerType)
            .add("indices", DataTypes.createArrayType(DataTypes.IntegerType))
            .add("values", DataTypes.createArrayType(DataTypes.DoubleType));
    private static final byte DENSE = 1;

    /**
     * @param place place of the table, for messages
     * @throws BadDataException when the table has no such column, or one of another type, or lacks path or sha256
     */
    public static VectorColumn of(String place, StructType schema, String name) {
        for (String needed : List.of(DatasetSchema.PATH, DatasetSchema.SHA256)) {
            if (!List.of(schema.fieldNames()).contains(needed)) {
                throw new BadDataException(
                        place,
                        "has no column \"" + needed + "\", which names the pictures; its columns are "
                                + List.of(schema.fieldNames()));
            }
        }
        List<String> fitting = Stream.of(schema.fields())
                .filter(field -> isVector(field.dataType()))
                .map(StructField::name)
                .toList();
        if (!List.of(schema.fieldNames()).contains(name)) {
            throw new BadDataException(
                    place,
                    "has no column \"" + name + "\" (column); those with vectors are " + fitting
                            + Suggestion.didYouMean(name, fitting));
        }
        DataType found = schema.apply(name).dataType();
        if (!isVector(found)) {
            throw new BadDataException(
                    place,
                    "has a column \"" + name + "\" (column) of type " + found.catalogString()
                            + ", allowed are array<float> and vectors of Spark ML; those with vectors are " + fitting);
        }
        return new VectorColumn(name, isFloats(found) ? FLOATS : ML_VECTOR);
    }

    /** Returns the schema for reading the files. */
    public StructType schema() {
        return new StructType()
                .add(DatasetSchema.PATH, DataTypes.StringType)
                .add(DatasetSchema.SHA256, DataTypes.StringType)
                .add(name, stored);
    }

    /**
     * Returns path, SHA-256 and an array of floats, which is null where a row has none.
     *
     * @param table table that was read with {@link #schema}
     */
    public Dataset<Row> vectors(Dataset<Row> table) {
        Column vector = table.col("`" + name + "`");
        Column floats = stored.equals(FLOATS)
                ? vector
                : when(vector.getField("type").equalTo(DENSE), vector.getField("values"))
                        .cast(FLOATS);
        return table.select(col(DatasetSchema.PATH), col(DatasetSchema.SHA256), floats.as(VECTOR));
    }

    private static boolean isVector(DataType type) {
        if (type instanceof UserDefinedType<?> own) {
            return isVector(own.sqlType());
        }
        return isFloats(type)
                || type instanceof StructType struct
                        && List.of(struct.fieldNames()).equals(List.of(ML_VECTOR.fieldNames()));
    }

    private static boolean isFloats(DataType type) {
        return type instanceof ArrayType array && array.elementType().equals(DataTypes.FloatType);
    }
}
