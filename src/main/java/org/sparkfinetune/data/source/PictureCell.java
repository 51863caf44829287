package org.sparkfinetune.data.source;

import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

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
            case PIXELS -> toPng((Row) cell);
        };
    }

    /** Returns the path of the picture; null when the cell has none. */
    public String path(Object cell) {
        boolean hasPath = cell instanceof Row row
                && Arrays.asList(row.schema().fieldNames()).contains(pathField);
        return hasPath ? RowTags.text((Row) cell, pathField) : null;
    }

    /** Encodes a cell as PNG; no bytes when the cell has no picture, as for a file that Spark could not decode. */
    private static byte[] toPng(Row cell) {
        int height = cell.<Integer>getAs("height");
        int width = cell.<Integer>getAs("width");
        int mode = cell.<Integer>getAs("mode");
        byte[] data = cell.getAs("data");
        int channels = (mode >> 3) + 1;
        boolean eightBits = (mode & 7) == 0;
        boolean known = channels == 1 || channels == 3 || channels == 4;
        if (height < 1 || width < 1 || !eightBits || !known || data.length != (long) height * width * channels) {
            return new byte[0];
        }
        try (BytePointer bytes = new BytePointer(data);
                Mat pixels = new Mat(height, width, mode, bytes);
                BytePointer extension = new BytePointer(".png");
                BytePointer buffer = new BytePointer()) {
            if (!imencode(extension, pixels, buffer)) {
                throw new IllegalStateException("OpenCV could not encode " + width + " x " + height);
            }
            byte[] encoded = new byte[Math.toIntExact(buffer.limit())];
            buffer.get(encoded);
            return encoded;
        }
    }
}
