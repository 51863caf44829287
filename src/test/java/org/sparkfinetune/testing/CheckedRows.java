package org.sparkfinetune.testing;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.data.dataset.DatasetSchema;

/** Rows of {@link DatasetSchema#CHECKED} with the number of the file, as if pictures had been read. */
public final class CheckedRows {
    private static final StructType CHECKED = DatasetSchema.CHECKED.add(DatasetSchema.ID, DataTypes.LongType);

    private CheckedRows() {}

    /**
     * A picture that is whole.
     *
     * @param group null for none
     * @param split that the collection gives it, null for none
     */
    public static Row picture(String path, int label, String sha256, String group, String split) {
        return RowFactory.create(
                path,
                new byte[10],
                4,
                3,
                label,
                "class" + label,
                sha256,
                10L,
                10L,
                0L,
                split,
                group,
                0L,
                0,
                null,
                null,
                (long) path.hashCode());
    }

    /** An empty file of class 1. */
    public static Row rejected(String path) {
        return RowFactory.create(
                path,
                null,
                null,
                null,
                1,
                "class1",
                null,
                null,
                0L,
                0L,
                null,
                null,
                null,
                null,
                "the file is empty",
                "EMPTY",
                -1L);
    }

    /** The rows in so many partitions. */
    public static Dataset<Row> table(List<Row> rows, int partitions) {
        return LocalSpark.session().createDataFrame(LocalSpark.context().parallelize(rows, partitions), CHECKED);
    }
}
