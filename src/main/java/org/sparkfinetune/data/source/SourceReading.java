package org.sparkfinetune.data.source;

import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What it takes to read a collection.
 *
 * @param spark runs the tasks that list
 * @param tables a new reader for each table
 * @param hadoop settings for tasks
 */
public record SourceReading(
        JavaSparkContext spark, Supplier<DataFrameReader> tables, Broadcast<SerializableConfiguration> hadoop) {
    /** Settings for the driver. */
    Configuration configuration() {
        return spark.hadoopConfiguration();
    }
}
