package org.sparkfinetune.features.similar;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.sparkfinetune.check.BadDataException;

/** A picture of the table, before it becomes part of a block. */
record PictureVector(String path, String sha256, float[] values) implements Serializable {

    /**
     * @param row of {@link VectorColumn#vectors}
     * @throws BadDataException when a value is missing
     */
    static PictureVector of(Row row) {
        List<Float> stored = row.getList(2);
        float[] values = new float[stored.size()];
        int position = 0;
        for (Float value : stored) {
            if (value == null) {
                throw new BadDataException(
                        row.getString(0), "has an embedding whose value " + position + " (0-based) is missing");
            }
            values[position++] = value;
        }
        return new PictureVector(row.getString(0), row.getString(1), values);
    }
}
