package org.sparkfinetune.ml;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.StructField;

/** The columns that a network adds to a table of pictures. */
interface PictureOutput extends Serializable {
    /** The new columns, in the order of {@link #values}. */
    List<StructField> fields();

    /**
     * Returns the values of the columns for one picture.
     *
     * @param activations of the network's output, flattened channels-first
     */
    Object[] values(float[] activations);
}
