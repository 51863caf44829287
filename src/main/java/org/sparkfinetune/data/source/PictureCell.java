package org.sparkfinetune.data.source;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** The form of a picture in a column of a table. */
public enum PictureCell {
    /** Encoded bytes, such as the column {@code content} of Spark's {@code binaryFile} reader. */
    BINARY(""),
    /** {@code struct<bytes, path>}, of Hugging Face. */
    BYTES_AND_PATH("path"),
    /** {@code struct<origin, height, width, nChannels, mode, data>}, of Spark's {@code image} reader. */
    PIXELS("origin");

    /** The types that {@link #of} knows, for messages. */
    public static final String ALLOWED = "binary, struct<bytes,path> and the struct of Spark's image reader";

    private final String pathField;

    PictureCell(String pathField) {
        this.pathField = pathField;
    }

    /** Returns the form of pictures in a column of this type; empty when it cannot hold pictures. */
    public static Optional<PictureCell> of(DataType type) {
        if (type instanceof BinaryType) {
            return Optional.of(BINARY);
        }
        if (type instanceof StructType struct) {
            List<String> fields = Arrays.asList(struct.fieldNames());
            if (fields.containsAll(List.of("height", "width", "mode", "data"))) {
                return Optional.of(PIXELS);
            }
            return fields.contains("bytes") ? Optional.of(BYTES_AND_PATH) : Optional.empty();
        }
        return Optional.empty();
    }

    /** Returns the encoded picture, PNG when the cell has pixels; null when the cell is empty. */
    public byte[] bytes(Object cell) {
        if (cell == null) {
            return null;
        }
        return switch (this) {
            case BINARY -> (byte[]) cell;
            case BYTES_AND_PATH -> ((Row) cell).getAs("bytes");
            case PIXELS -> RawPixels.toPng((Row) cell);
        };
    }

    /** Returns the path of the picture; null when the cell has none. */
    public String path(Object cell) {
        boolean hasPath = cell instanceof Row row
                && Arrays.asList(row.schema().fieldNames()).contains(pathField);
        return hasPath ? RowTags.text((Row) cell, pathField) : null;
    }
}
