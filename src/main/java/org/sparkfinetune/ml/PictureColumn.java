package org.sparkfinetune.ml;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.data.format.ErrorClass;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.PictureBytes;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.PictureTags;
import org.sparkfinetune.data.source.PictureCell;

/** The column of a table with the picture of each row. */
sealed interface PictureColumn extends Serializable {
    /** Its name. */
    String name();

    /**
     * Returns the encoded picture of a row.
     *
     * @throws RejectedPictureException when the row has none, or it exceeds a limit
     */
    byte[] encoded(Row row, Configuration hadoop) throws RejectedPictureException;

    /** Returns a name for the picture of a row, for messages. */
    String named(Row row);

    /**
     * Returns a column by name.
     *
     * @throws InvalidRequestException when there is no such column, or it cannot contain pictures
     */
    static PictureColumn of(StructType schema, String name) {
        StructField column = Columns.require(schema, "inputCol", name);
        if (column.dataType() instanceof StringType) {
            return new Paths(name);
        }
        return PictureCell.of(column.dataType())
                .<PictureColumn>map(cell -> new Cells(name, cell))
                .orElseThrow(() -> Columns.wrongType(
                        "inputCol", column, "are " + PictureCell.ALLOWED + ", and string, the path of the picture"));
    }

    /** Pictures in the table. */
    record Cells(String name, PictureCell cell) implements PictureColumn {
        @Override
        public byte[] encoded(Row row, Configuration hadoop) throws RejectedPictureException {
            byte[] bytes = cell.bytes(row.getAs(name));
            if (bytes == null) {
                throw none();
            }
            PictureLimits.DEFAULT.checkLength(bytes.length);
            return bytes;
        }

        @Override
        public String named(Row row) {
            String path = cell.path(row.getAs(name));
            boolean beside =
                    path == null && Arrays.asList(row.schema().fieldNames()).contains("path");
            Object named = beside ? row.getAs("path") : path;
            return named == null ? "a picture of column " + name : named.toString();
        }
    }

    /** Paths of pictures, on any file system that Hadoop supports. */
    record Paths(String name) implements PictureColumn {
        @Override
        public byte[] encoded(Row row, Configuration hadoop) throws RejectedPictureException {
            String path = row.getAs(name);
            if (path == null || path.isBlank()) {
                throw none();
            }
            return new PictureFile(path, PictureFile.UNKNOWN_LENGTH, 0, PictureTags.NONE, new PictureBytes.WholeFile())
                    .read(PictureLimits.DEFAULT, hadoop);
        }

        @Override
        public String named(Row row) {
            String path = row.getAs(name);
            return path == null ? "a row without a path" : path;
        }
    }

    private static RejectedPictureException none() {
        return new RejectedPictureException(ErrorClass.EMPTY, "there is no picture in the row");
    }
}
