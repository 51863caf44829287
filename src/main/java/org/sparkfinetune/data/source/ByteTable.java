package org.sparkfinetune.data.source;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.data.picture.PictureBytes;
import org.sparkfinetune.data.picture.PictureFile;

/**
 * A Parquet table with the pictures in it: a column of encoded bytes (Spark's {@code binaryFile} reader), a
 * {@code struct<bytes, path>} (Hugging Face), or a {@code struct<origin, height, width, nChannels, mode, data>}
 * (Spark's {@code image} reader; its pixels become PNG). A row without a path is named by the SHA-256 of its bytes.
 *
 * @param root path of the table
 * @param columns names of columns from the recipe
 */
record ByteTable(Path root, SourceColumns columns) implements PictureInput {
    private static final List<String> USUAL_IMAGES = List.of("image", "content");

    @Override
    public String description() {
        return "a table of pictures";
    }

    @Override
    public boolean carriesBytes() {
        return true;
    }

    /** Returns whether the table has a column of pictures. */
    static boolean isOne(StructType schema, SourceColumns columns) {
        return columns.image().isEmpty()
                ? USUAL_IMAGES.stream()
                        .anyMatch(name -> Arrays.asList(schema.fieldNames()).contains(name)
                                && PictureCell.of(schema.apply(name).dataType()).isPresent())
                : Arrays.asList(schema.fieldNames()).contains(columns.image());
    }

    @Override
    public JavaRDD<PictureFile> pictures(SourceReading reading) {
        Dataset<Row> rows = TableReader.read(root, InputFormat.PARQUET, reading);
        StructType schema = rows.schema();
        RowTags tags = RowTags.of(columns, schema, root.toString());
        String image = TableReader.column("image", columns.image(), USUAL_IMAGES, schema, root);
        PictureCell cell = PictureCell.of(schema.apply(image).dataType())
                .orElseThrow(() -> new BadDataException(
                        root.toString(),
                        "has in column " + image + " "
                                + schema.apply(image).dataType().simpleString()
                                + ", allowed are " + PictureCell.ALLOWED));
        String path = columns.path().isEmpty()
                ? TableReader.USUAL_PATHS.stream()
                        .filter(Arrays.asList(schema.fieldNames())::contains)
                        .findFirst()
                        .orElse(null)
                : columns.path();
        Rows read = new Rows(root.toString(), path, image, cell, tags);
        return rows.javaRDD().map(read::picture);
    }

    /** The facts that a task needs about a table. */
    private record Rows(String table, String pathColumn, String image, PictureCell cell, RowTags tags)
            implements Serializable {
        PictureFile picture(Row row) {
            Object value = row.getAs(image);
            byte[] bytes = cell.bytes(value);
            String named = pathColumn == null ? cell.path(value) : RowTags.text(row, pathColumn);
            byte[] encoded = bytes == null ? new byte[0] : bytes;
            String path = named == null ? table + "#" + Sha256.of(encoded) : named;
            CRC32C version = new CRC32C();
            version.update(encoded);
            return new PictureFile(
                    path, encoded.length, version.getValue(), tags.read(row, named), new PictureBytes.InRow(encoded));
        }
    }
}
