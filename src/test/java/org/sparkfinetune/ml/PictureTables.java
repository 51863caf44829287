package org.sparkfinetune.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.split;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkfinetune.testing.LocalSpark;

/** Tables of pictures from class folders, in the form that Spark users have. */
final class PictureTables {
    private PictureTables() {}

    /** {@code path, image} (encoded bytes), {@code name} (of the class), sorted by path, in two partitions. */
    static Dataset<Row> labeled(Path classFolders) {
        return LocalSpark.session()
                .read()
                .format("binaryFile")
                .option("recursiveFileLookup", true)
                .load(classFolders.toString())
                .select(
                        col("path"),
                        col("content").as("image"),
                        element_at(split(col("path"), "/"), -2).as("name"))
                .repartitionByRange(2, col("path"))
                .sortWithinPartitions("path");
    }
}
