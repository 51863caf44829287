package org.sparkfinetune.data.source;

import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The means to read a collection.
 *
 * @param spark context of the listing tasks
 * @param tables supplier of a new reader for each table
 * @param hadoop Hadoop settings for tasks
 */
public record SourceReading(
        JavaSparkContext spark, Supplier<DataFrameReader> tables, Broadcast<SerializableConfiguration> hadoop) {
    /** Returns the Hadoop settings for the driver. */
    Configuration configuration() {
        return spark.hadoopConfiguration();
    }
}
